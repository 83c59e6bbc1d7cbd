"""Torrefação Serra Azul, que torra e vende café em São Paulo, com imposto no preço."""

from __future__ import annotations

from qbo_simulator.seeds import countries
from qbo_simulator.seeds.foundation import Profile
from qbo_simulator.seeds.tables import customers, items, pairs, places, stock
from qbo_simulator.seeds.trades import Trade

PROFILE = Profile(
    name="Torrefação Serra Azul",
    legal_name="Torrefação Serra Azul Ltda.",
    country=countries.BRAZIL,
    address={
        "Line1": "Rua Harmonia, 412",
        "City": "São Paulo",
        "Country": "Brasil",
        "CountrySubDivisionCode": "SP",
        "PostalCode": "05435-000",
    },
    email="financeiro@serraazul.example",
    phone="(11) 5550-0140",
    website="https://serraazul.example",
    time_zone="America/Sao_Paulo",
    industry="Torrefação e moagem de café",
    custom_fields=("Pedido",),
    last_number="1200",
    tracks=True,
)
TRADE = Trade(
    cities=places("""
        São Paulo | SP | 05435-000
        Campinas | SP | 13010-050
        Belo Horizonte | MG | 30110-000
        Curitiba | PR | 80010-000
        Niterói | RJ | 24020-000
    """),
    streets=("Rua das Acácias", "Avenida Central", "Alameda dos Ipês", "Rua Direita"),
    customers=customers("""
        Armazém Dona Iracema | Iracema | Figueiredo | 3
        Bistrô Maré Alta | Thaís | Guimarães | 2
        Café da Praça | João Batista | Nogueira | 1
        Confeitaria Três Irmãs | Conceição | Brandão | 3
        Empório Pé de Serra | Murilo | Sant'Anna | 3
        Escola Girassol | Eunice | Magalhães | 4
        Hotel Atlântico Sul | Otávio | Rezende | 4
        Livraria Página Solta | Júlia | Assunção | 3
        Padaria Pão Nosso | Sebastião | Queirós | 2
        Pousada Recanto do Sabiá | Lígia | Araújo | 3
        Restaurante Fogão de Lenha | Zélia | Prado | 3
        Supermercado Bom Preço do Bairro | Ademir | Falcão | 4
    """),
    sub_customers=pairs("""
        Hotel Atlântico Sul | Café da manhã
        Hotel Atlântico Sul | Frigobar
    """),
    vendors=pairs("""
        Cooperativa Alto da Mantiqueira | vendas@mantiqueira.example
        Embalagens Capivari | pedidos@capivari.example
        Energia Paulistana | contas@energiapaulistana.example
        Imobiliária Harmonia | aluguel@imobharmonia.example
        Transportadora Ligeirinho | coleta@ligeirinho.example
    """),
    items=items("""
        Curso de barista | CU-01 | Curso de barista, por pessoa | Service | 480 | taxed | 45
        Manutenção de máquina | MA-01 | Manutenção, por hora | Service | 150 | taxed | 1
        Frete | FR-01 | Frete na capital | Service | 35.9 | taxed | 48
        Xícara de louça | XI-01 | Xícara com pires | NonInventory | 42.5 | taxed | 79
        Livro "O grão" | LI-01 | Livro, isento | NonInventory | 69.9 | nontaxed | 79
        Filtro de pano | FI-09 | Filtro, fora de linha | NonInventory | 14.9 | taxed | 79
    """),
    inactive_item="Filtro de pano",
    phone="(11) 5550-0",
    country="Brasil",
    invoices=26,
    codes={
        "Curso de barista": "4",
        "Manutenção de máquina": "4",
        'Livro "O grão"': "5",
    },
    place_codes={"SP": "2", "MG": "3", "PR": "3", "RJ": "3"},
    modes=("TaxInclusive",),
    employees=pairs("""
        Raimunda | Coutinho
        Caetano | Bittencourt
    """),
    classes=("Atacado", "Varejo"),
    departments=("Matriz", "Loja Pinheiros"),
    categories={"Cafés": ("Café em grãos 1 kg", "Café moído 500 g")},
    stock=stock("""
        Café em grãos 1 kg | CA-01 | 89.9 | 41.3 | 900
        Café moído 500 g | CA-02 | 46.9 | 21.75 | 900
    """),
    bundle=("Cesta da manhã", (("Café moído 500 g", 1), ("Xícara de louça", 2))),
    bought=pairs("""
        17 | Aluguel do galpão
        24 | Energia elétrica
        20 | Sacaria e etiquetas
        56 | Combustível
    """),
    remarks=("Entregar pela doca", "Nota com observação ☕"),
    thorough=True,
)
