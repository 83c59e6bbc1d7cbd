"""The agencies, rates and codes a company begins with, as QuickBooks has them there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qbo_simulator.taxes.arithmetic import ON_AMOUNT, ON_BOTH


@dataclass(frozen=True, slots=True)
class Agency:
    """To whom tax is owed, and the account that carries it."""

    id: int
    name: str
    account: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A percentage of an agency; `special` is its SpecialTaxType."""

    id: int
    name: str
    percent: str
    agency: int = 1
    special: str = "NONE"
    description: str = ""

    @property
    def value(self) -> Decimal:
        """The percentage as a number."""
        return Decimal(self.percent)


@dataclass(frozen=True, slots=True)
class Use:
    """How a code uses a rate: of the price, or of the price with the tax before it."""

    rate: int
    of: str = ON_AMOUNT
    order: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A tax code with its rates on sales and on purchases; ids known beforehand."""

    id: int
    name: str
    description: str
    sales: tuple[Use, ...] = ()
    purchases: tuple[Use, ...] = ()
    taxable: bool = True


@dataclass(frozen=True, slots=True)
class TaxSetup:
    """All of it; `usual` is the company's default code."""

    agencies: tuple[Agency, ...]
    rates: tuple[Rate, ...]
    codes: tuple[Code, ...]
    usual: int | None = None


ZERO = "ZERO_RATE"
REVERSE = "REVERSE_CHARGE"
CALIFORNIA = "California Department of Tax and Fee Administration"
ARIZONA = "Arizona Department of Revenue"

US_MANUAL = TaxSetup(
    agencies=(Agency(1, CALIFORNIA, 90), Agency(2, ARIZONA, 89)),
    rates=(
        Rate(1, "AZ State tax", "7.1", 2),
        Rate(2, "Tucson City", "2", 2),
        Rate(3, "California", "8"),
    ),
    codes=(
        Code(2, "California", "California", (Use(3),)),
        Code(3, "Tucson", "Tucson", (Use(1), Use(2))),
    ),
    usual=2,
)
US_AUTOMATED = TaxSetup(
    agencies=(
        Agency(1, CALIFORNIA, 90),
        Agency(2, "New York State Department of Taxation and Finance", 89),
        Agency(3, "Washington State Department of Revenue", 88),
    ),
    rates=(),
    codes=(),
)
US_MAINE = TaxSetup(
    agencies=(Agency(1, "Maine Revenue Services", 90),),
    rates=(Rate(1, "Maine", "5.5"),),
    codes=(Code(2, "Maine", "Maine", (Use(1),)),),
    usual=2,
)
BRITAIN = TaxSetup(
    agencies=(Agency(1, "HM Revenue & Customs (VAT)", 90),),
    rates=(
        Rate(1, "20.0% S (Sales)", "20"),
        Rate(2, "5.0% R (Sales)", "5"),
        Rate(3, "0.0% Z (Sales)", "0", special=ZERO),
        Rate(4, "Exempt (Sales)", "0"),
        Rate(5, "20.0% S (Purchases)", "20"),
        Rate(6, "5.0% R (Purchases)", "5"),
        Rate(7, "0.0% Z (Purchases)", "0", special=ZERO),
        Rate(8, "Exempt (Purchases)", "0"),
        Rate(9, "20.0% RC SG (Purchases)", "20"),
        Rate(10, "20.0% RC SG (Purchases, owed)", "-20", special=REVERSE),
        Rate(11, "20.0% RC SG (Sales)", "0", special=REVERSE),
    ),
    codes=(
        Code(2, "20.0% S", "Standard rate", (Use(1),), (Use(5),)),
        Code(3, "5.0% R", "Reduced rate", (Use(2),), (Use(6),)),
        Code(4, "0.0% Z", "Zero rate", (Use(3),), (Use(7),)),
        Code(5, "Exempt", "Exempt from VAT", (Use(4),), (Use(8),)),
        Code(6, "20.0% RC SG", "Reverse charge", (Use(11),), (Use(9), Use(10))),
        Code(7, "No VAT", "Outside the scope of VAT", taxable=False),
    ),
    usual=2,
)
CANADA = TaxSetup(
    agencies=(
        Agency(1, "Canada Revenue Agency", 90),
        Agency(2, "Ministry of Finance (BC)", 91),
        Agency(3, "Revenu Québec", 92),
        Agency(4, "Ministry of Finance (SK)", 93),
    ),
    rates=(
        Rate(1, "GST", "5"),
        Rate(2, "GST (ITC)", "5"),
        Rate(3, "HST ON", "13"),
        Rate(4, "HST ON (ITC)", "13"),
        Rate(5, "HST NB 2016", "15"),
        Rate(6, "HST NB (ITC) 2016", "15"),
        Rate(7, "PST BC", "7", 2),
        Rate(8, "PST SK", "6", 4),
        Rate(9, "QST 9.975", "9.975", 3),
        Rate(10, "QST (ITR) 9.975", "9.975", 3),
        Rate(11, "QST 9.5", "9.5", 3),
        Rate(12, "Zero-rated", "0", special=ZERO),
        Rate(13, "Zero-rated (ITC)", "0", special=ZERO),
        Rate(14, "Exempt", "0"),
        Rate(15, "Exempt (ITC)", "0"),
    ),
    codes=(
        Code(2, "GST", "GST", (Use(1),), (Use(2),)),
        Code(3, "HST ON", "HST Ontario", (Use(3),), (Use(4),)),
        Code(4, "HST NB 2016", "HST New Brunswick", (Use(5),), (Use(6),)),
        Code(5, "GST/PST BC", "GST and PST, BC", (Use(1), Use(7)), (Use(2),)),
        Code(6, "GST/PST SK", "GST and PST, SK", (Use(1), Use(8)), (Use(2),)),
        Code(
            7,
            "GST/QST QC - 9.975",
            "GST and QST, Quebec",
            (Use(1), Use(9)),
            (Use(2), Use(10)),
        ),
        Code(
            8,
            "GST/QST QC - 9.5",
            "GST, and QST on price and GST, until 2012",
            (Use(1), Use(11, ON_BOTH, 1)),
            (Use(2),),
        ),
        Code(9, "Zero-rated", "Zero-rated", (Use(12),), (Use(13),)),
        Code(10, "Exempt", "Exempt", (Use(14),), (Use(15),)),
        Code(11, "Out of Scope", "Out of Scope", taxable=False),
    ),
    usual=2,
)
AUSTRALIA = TaxSetup(
    agencies=(Agency(1, "Australian Taxation Office", 90),),
    rates=(
        Rate(1, "GST (sales)", "10"),
        Rate(2, "GST (purchases)", "10"),
        Rate(3, "GST free (sales)", "0", special=ZERO),
        Rate(4, "GST free (purchases)", "0", special=ZERO),
        Rate(5, "GST on capital (purchases)", "10"),
        Rate(6, "Input tax (sales)", "0"),
        Rate(7, "Input tax (purchases)", "0"),
    ),
    codes=(
        Code(2, "GST", "GST", (Use(1),), (Use(2),)),
        Code(3, "GST free", "GST free", (Use(3),), (Use(4),)),
        Code(4, "GST on capital", "GST on capital", (), (Use(5),)),
        Code(5, "Input tax", "Input taxed", (Use(6),), (Use(7),)),
        Code(6, "BAS Excluded", "Outside the BAS", taxable=False),
    ),
    usual=2,
)
FRANCE = TaxSetup(
    agencies=(Agency(1, "Direction générale des Finances publiques", 90),),
    rates=(
        Rate(1, "TVA 20 % (ventes)", "20"),
        Rate(2, "TVA 10 % (ventes)", "10"),
        Rate(3, "TVA 5,5 % (ventes)", "5.5"),
        Rate(4, "TVA 2,1 % (ventes)", "2.1"),
        Rate(5, "Exonéré (ventes)", "0", special=ZERO),
        Rate(6, "TVA 20 % (achats)", "20"),
        Rate(7, "TVA 10 % (achats)", "10"),
        Rate(8, "TVA 5,5 % (achats)", "5.5"),
        Rate(9, "TVA 2,1 % (achats)", "2.1"),
        Rate(10, "Exonéré (achats)", "0", special=ZERO),
        Rate(11, "Autoliquidation déductible 20 %", "20"),
        Rate(12, "Autoliquidation due 20 %", "-20", special=REVERSE),
        Rate(13, "Autoliquidation (ventes)", "0", special=REVERSE),
    ),
    codes=(
        Code(2, "TVA 20 %", "Taux normal", (Use(1),), (Use(6),)),
        Code(3, "TVA 10 %", "Taux intermédiaire", (Use(2),), (Use(7),)),
        Code(4, "TVA 5,5 %", "Taux réduit", (Use(3),), (Use(8),)),
        Code(5, "TVA 2,1 %", "Taux super-réduit", (Use(4),), (Use(9),)),
        Code(6, "Exonéré", "Exonéré de TVA", (Use(5),), (Use(10),)),
        Code(7, "Autoliquidation", "Autoliquidation", (Use(13),), (Use(11), Use(12))),
        Code(8, "Hors champ", "Hors du champ de la TVA", taxable=False),
    ),
    usual=2,
)
BRAZIL = TaxSetup(
    agencies=(
        Agency(1, "Secretaria da Fazenda e Planejamento", 90),
        Agency(2, "Prefeitura de São Paulo", 91),
    ),
    rates=(
        Rate(1, "ICMS 18%", "18"),
        Rate(2, "ICMS 12%", "12"),
        Rate(3, "ISS 5%", "5", 2),
        Rate(4, "Isento", "0", special=ZERO),
        Rate(5, "ICMS 18% (crédito)", "18"),
        Rate(6, "ICMS 12% (crédito)", "12"),
        Rate(7, "Isento (compras)", "0", special=ZERO),
    ),
    codes=(
        Code(2, "ICMS 18%", "ICMS no estado", (Use(1),), (Use(5),)),
        Code(3, "ICMS 12%", "ICMS interestadual", (Use(2),), (Use(6),)),
        Code(4, "ISS 5%", "ISS sobre serviços", (Use(3),), (Use(7),)),
        Code(5, "Isento", "Isento de impostos", (Use(4),), (Use(7),)),
    ),
    usual=2,
)
