"""Invented names. Companies are built from syllables that no real one was checked to bear; domains end in .example."""

from random import Random

HEADS = (
    "Brack", "Halv", "Sund", "Tess", "Varn", "Fenn", "Quill", "Nord", "Ard", "Lum", "Wex", "Rav", "Pell", "Bel",
    "Cind", "Tam", "Oster", "Ald", "Kest", "Mor", "Gran", "Holt", "Vind", "Skar", "Thorn", "Elm", "Dun", "Kal",
    "Mir", "Sol", "Tor", "Ulv", "Yar", "Zell", "Orm", "Pryd", "Run", "Sax", "Trav", "Wil",
)  # fmt: skip
TAILS = (
    "water", "sund", "holm", "alin", "wick", "mark", "haven", "moor", "arga", "holt", "vik", "gate", "moss", "lund",
    "by", "stad", "fors", "berg", "dal", "mere", "brook", "strand", "ness", "field", "crest",
)  # fmt: skip
#: Industry: what its companies add to their name.
INDUSTRIES = {
    "Energy": ("Energi", "Grid", "Power", "Utilities"),
    "Transport": ("Rail", "Shipping", "Ports", "Logistics"),
    "Insurance": ("Mutual", "Insurance", "Assurance", "Life"),
    "Manufacturing": ("Steelworks", "Automotive", "Paper", "Chemicals"),
    "Retail": ("Retail", "Foods", "Grocers", "Home"),
    "Health": ("Pharma", "Clinics", "Diagnostics", "Care"),
}
#: Country: cities, legal form, team.
COUNTRIES = {
    "Norway": (("Oslo", "Bergen", "Trondheim"), "AS", "Nordics"),
    "Sweden": (("Stockholm", "Gothenburg", "Malmö"), "AB", "Nordics"),
    "Germany": (("Hamburg", "Munich", "Cologne"), "GmbH", "DACH"),
    "Netherlands": (("Rotterdam", "Utrecht", "Eindhoven"), "B.V.", "West"),
    "United Kingdom": (("Leeds", "Bristol", "London"), "Ltd", "West"),
}
FIRST = (
    "Astrid", "Henrik", "Tor", "Ines", "Dara", "Sanne", "Liv", "Mikkel", "Jonas", "Freja", "Emil", "Nora", "Anton",
    "Klara", "Oskar", "Maja", "Felix", "Greta", "Hugo", "Ida", "Lukas", "Marta", "Nils", "Olga", "Piet", "Rosa",
    "Stefan", "Tilda", "Ulla", "Viktor", "Wanda", "Yara",
)  # fmt: skip
LAST = (
    "Nygaard", "Dahl", "Lien", "Vidal", "Oyelaran", "Krol", "Aasen", "Ost", "Berg", "Holm", "Lund", "Strand", "Vos",
    "Bakker", "Weiss", "Braun", "Keller", "Hart", "Frost", "Marsh", "Reed", "Nash", "Falk", "Ek", "Borg", "Sand",
    "Moen", "Haug", "Jansen", "Smit", "Lang", "Roth",
)  # fmt: skip
#: (title, level 4 = C, 3 = VP, 2 = director, 1 = manager, 0 = other)
TITLES = (
    ("CEO", 4), ("CFO", 4), ("CIO", 4), ("Chief Operating Officer", 4), ("VP Operations", 3), ("VP Finance", 3),
    ("VP IT", 3), ("SVP, Procurement", 3), ("Director Asset Data", 2), ("Director Procurement", 2),
    ("Head of Maintenance", 2), ("IT Director", 2), ("Operations Manager", 1), ("Procurement Manager", 1),
    ("Finance Manager", 1), ("IT Manager", 1), ("Maintenance Planner", 0), ("Buyer", 0), ("Data Analyst", 0),
    ("Assistant to the CEO", 0),
)  # fmt: skip
TECHNOLOGIES = ("SAP PM", "Maximo", "Salesforce", "ServiceNow", "Power BI", "Snowflake", "AVEVA", "Esri")
#: tag: (cluster, problem statement)
PROBLEMS = {
    "tender-wave": (
        "Grid tender wave",
        "Their maintenance contracts all fall due within one year, and nobody can plan three tenders at once.",
    ),
    "fleet-electrification": (
        "Fleet electrification",
        "Half of the fleet goes electric by 2028, and the depots have no plan for charging and spare parts.",
    ),
    "claims-backlog": (
        "Claims backlog",
        "Claims from storms wait for months because inspections are planned on paper.",
    ),
    "scrap-rate": (
        "Scrap-rate cut",
        "Scrap eats the margin, and each plant measures it in its own way.",
    ),
}


def company_names(rng: Random, wanted: int) -> list[tuple[str, str]]:
    """`wanted` different (stem, industry) pairs, the industries in turn."""
    stems = [head + tail for head in HEADS for tail in TAILS]
    rng.shuffle(stems)
    industries = list(INDUSTRIES)
    return [(stems[index], industries[index % len(industries)]) for index in range(wanted)]
