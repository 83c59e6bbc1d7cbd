"""Atelier Marceau, une menuiserie de Lyon."""

from __future__ import annotations

from qbo_simulator.seeds import countries
from qbo_simulator.seeds.foundation import Profile
from qbo_simulator.seeds.tables import customers, items, pairs, places, stock
from qbo_simulator.seeds.trades import Trade

PROFILE = Profile(
    name="Atelier Marceau",
    legal_name="Atelier Marceau SARL",
    country=countries.FRANCE,
    address={
        "Line1": "18 rue des Tables Claudiennes",
        "City": "Lyon",
        "Country": "France",
        "PostalCode": "69001",
    },
    email="compta@ateliermarceau.example",
    phone="04 65 71 01 10",
    website="https://ateliermarceau.example",
    time_zone="Europe/Paris",
    industry="Travaux de menuiserie bois et PVC",
    custom_fields=("Chantier",),
    last_number="FA-2026-0300",
    tracks=True,
)
TRADE = Trade(
    cities=places("""
        Lyon | | 69001
        Villeurbanne | | 69100
        Saint-Étienne | | 42000
        Mâcon | | 71000
        Annecy | | 74000
    """),
    streets=(
        "rue de l'Église",
        "avenue Jean-Jaurès",
        "chemin des Écoliers",
        "place Bellecour",
    ),
    customers=customers("""
        Auberge de l'Étang Noir | Amélie | Desrosiers | 3
        Boulangerie Croûte & Mie | Éloïse | Garnier-Petit | 2
        Cabinet d'architectes Brisset et Fille | Anaïs | Brisset | 4
        Château des Trois Ormes | Côme | de Valmigny | 4
        Clinique vétérinaire du Parc | Naïma | Benhaddou | 3
        Copropriété 7, quai Saint-Vincent | Gaëlle | Thibodeau | 3
        Crèche Les P'tits Loups | Maëlys | Rocher | 2
        Domaine viticole Aurillac-Fontenay | Barnabé | Fontenay | 4
        École élémentaire Aimé-Fabre | Solène | Marchand | 4
        Garage Lefrançois | Hervé | Lefrançois | 1
        Hôtel du Vieux Pressoir | Léontine | Vasseur | 3
        Librairie L'Encre bleue | Tristan | Quéméner | 3
        Mairie de Saint-Cyr-les-Vignes | Odile | Peyrac | 4
        Pharmacie des Quatre-Vents | Raphaëlle | Noël | 3
    """),
    sub_customers=pairs("""
        Château des Trois Ormes | Orangerie
        Château des Trois Ormes | Communs
    """),
    vendors=pairs("""
        Bois du Haut-Jura | commandes@boisduhautjura.example
        Électricité des Monts | factures@electricitedesmonts.example
        Holzwerk Rheintal | rechnung@holzwerkrheintal.example
        Quincaillerie Moreau & Cie | pro@quincailleriemoreau.example
        SCI Les Ateliers de la Croix | loyers@sciateliers.example
        Transports Guéret | exploitation@transportsgueret.example
    """),
    items=items("""
        Pose, heure d'ouvrier | PO-01 | Pose sur chantier, par heure | Service | 52 | taxed | 45
        Étude et plans | ET-01 | Étude technique et plans | Service | 380 | taxed | 1
        Rénovation de fenêtre | RE-01 | Rénovation, logement de plus de deux ans | Service | 295 | taxed | 1
        Livraison | LI-01 | Livraison en région | Service | 64.5 | taxed | 48
        Manuel « Bois vivant » | LV-01 | Livre, 180 pages | NonInventory | 24.9 | taxed | 79
        Formation apprenti | FO-01 | Formation, par jour | Service | 310 | nontaxed | 1
        Tréteaux (fin de série) | TR-09 | La paire | NonInventory | 45 | taxed | 79
    """),
    inactive_item="Tréteaux (fin de série)",
    phone="04 65 71 0",
    country="France",
    invoices=28,
    codes={
        "Rénovation de fenêtre": "3",
        "Manuel « Bois vivant »": "4",
        "Formation apprenti": "6",
    },
    employees=pairs("""
        Aurélien | Chastaing
        Fleur | Vandamme
    """),
    classes=("Atelier", "Chantiers", "Chantiers:Neuf", "Chantiers:Rénovation"),
    departments=("Lyon", "Mâcon"),
    categories={"Menuiseries": ("Porte en chêne", "Fenêtre deux vantaux")},
    stock=stock("""
        Porte en chêne | ME-01 | 890 | 412.5 | 120
        Fenêtre deux vantaux | ME-02 | 640 | 298 | 120
        Poignée en laiton | QU-01 | 38.9 | 14.6 | 800
    """),
    bundle=("Porte équipée", (("Porte en chêne", 1), ("Poignée en laiton", 2))),
    bought=pairs("""
        17 | Loyer de l'atelier
        24 | Électricité
        20 | Colle, abrasifs, huile
        56 | Gazole
    """),
    remarks=("Rappeler M. le maire", "Accès par la cour — attention à la marche"),
    thorough=True,
)
