"""The table of titles: seniority and department."""

import pytest

from accounts.imports.titles import department_of, seniority_from, seniority_of

TABLE = [
    ("CEO", "c_level", "executive"),
    ("CFO", "c_level", "finance"),
    ("CTO", "c_level", "engineering"),
    ("Chief Information Officer", "c_level", "it"),
    ("Managing Director", "c_level", "executive"),
    ("President", "c_level", "executive"),
    ("Founder & CEO", "c_level", "executive"),
    ("SVP, Procurement", "vp", "procurement"),
    ("Vice President", "vp", "executive"),
    ("VP of Sales", "vp", "sales"),
    ("Assistant Vice President", "vp", "executive"),
    ("EVP Operations", "vp", "operations"),
    ("Head of IT", "director", "it"),
    ("Director of Vendor Relations", "director", "procurement"),
    ("Global Head of Procurement", "director", "procurement"),
    ("Director, Warehouse Mgmt", "director", "operations"),
    ("Senior Manager, Marketing", "manager", "marketing"),
    ("Product Owner", "manager", "engineering"),
    ("Team Lead Accounting", "manager", "finance"),
    ("Assistant to the CEO", "other", "executive"),
    ("Executive Assistant", "other", "other"),
    ("Senior Software Engineer", "other", "engineering"),
    ("Buyer", "other", "procurement"),
    ("Geschäftsführer", "c_level", "executive"),
    ("Vorstand", "c_level", "executive"),
    ("Leiter Einkauf", "director", "procurement"),
    ("Abteilungsleiterin IT", "director", "it"),
    ("Teamleiter Vertrieb", "manager", "sales"),
    ("Sekretärin der Geschäftsführung", "other", "other"),
    ("Directeur Financier", "director", "finance"),
    ("Directeur Général", "c_level", "executive"),
    ("Vice-Président Ventes", "vp", "sales"),
    ("Responsable Achats", "director", "procurement"),
    ("Director General", "c_level", "executive"),
    ("Gerente de Ventas", "manager", "sales"),
    ("Jefe de Compras", "director", "procurement"),
    ("Chief of Staff", "director", "other"),
    ("", "", ""),
]


@pytest.mark.parametrize(("title", "seniority", "department"), TABLE)
def test_a_title_says_how_senior_and_where(title: str, seniority: str, department: str) -> None:
    assert (seniority_of(title), department_of(title)) == (seniority, department)


@pytest.mark.parametrize(
    ("level", "title", "seniority"),
    [
        ("C-Level", "", "c_level"),
        ("VP-Level", "Buyer", "vp"),
        ("Director", "", "director"),
        ("Manager", "", "manager"),
        ("Non-Manager", "CEO of nothing", "other"),
        ("", "CFO", "c_level"),
    ],
)
def test_the_files_own_level_comes_first(level: str, title: str, seniority: str) -> None:
    assert seniority_from(level, title) == seniority
