"""Header guesses over the layouts of ../shared/data: name, domain, employees, revenue, country wherever they are."""

import csv
import io

import pytest

from accounts.imports.headers import fingerprint, guess_kind, guess_mapping, normalise, unit_in
from tests.accounts.imports.shared_data import SHARED, shared_file

#: file → kind → {field: header}; fields of account data that the layout has, and no other of them.
ACCOUNT_DATA = {
    "6sense_buying_stage_accounts": {
        "name": "6sense Company Name",
        "domain": "6sense Domain",
        "country": "6sense Country",
    },
    "6sense_reached_accounts": {"name": "6sense Company Name", "domain": "6sense Domain", "country": "6sense Country"},
    "6sense_target_accounts": {
        "name": "6sense Company Name",
        "domain": "6sense Domain",
        "country": "6sense Country",
        "employees": "6sense Employee Range",
        "revenue": "6sense Revenue Range",
    },
    "apollo_accounts": {
        "name": "Company Name",
        "website": "Website",
        "employees": "# Employees",
        "country": "Company Country",
    },
    "apollo_contacts": {"name": "Company", "website": "Website", "revenue": "Annual Revenue", "country": "Country"},
    "dynamics365_Account": {"name": "Account Name", "revenue": "Annual Revenue"},
    "dynamics365_Contact": {
        "name": "Company Name",
        "website": "Website (Company Name) (Account)",
        "country": "Address 1: Country/Region",
    },
    "dynamics365_Lead_with_do_not_modify": {"name": "Company Name", "country": "Country"},
    "hubspot_companies": {"name": "Company name", "country": "Country/Region"},
    "hubspot_companies_with_domain": {
        "name": "Company name",
        "domain": "Company Domain Name",
        "country": "Country/Region",
    },
    "linkedin_ads_company_list": {
        "name": "companyname",
        "website": "companywebsite",
        "domain": "companyemaildomain",
        "country": "companycountry",
    },
    "linkedin_ads_contact_list": {"name": "employeecompany", "country": "country"},
    "pipedrive_deals_people_organizations": {"name": "Organization - Name"},
    "salesforce_full_export_Account": {
        "name": "Name",
        "website": "Website",
        "employees": "NumberOfEmployees",
        "revenue": "AnnualRevenue",
        "country": "BillingCountry",
    },
    "salesforce_full_export_Lead": {
        "name": "Company",
        "website": "Website",
        "employees": "NumberOfEmployees",
        "revenue": "AnnualRevenue",
        "country": "Country",
    },
    "zoho_Accounts": {"name": "Account Name", "website": "Website"},
    "zoho_Leads": {"name": "Company", "website": "Website"},
    "zoominfo_companies": {
        "name": "Company Name",
        "website": "Website",
        "employees": "Employees",
        "revenue": "Revenue (in 000s USD)",
        "country": "Company Country",
    },
    "zoominfo_contacts": {
        "name": "Company Name",
        "website": "Website",
        "domain": "Email Domain",
        "employees": "Employees",
        "revenue": "Revenue (in 000s USD)",
        "country": "Company Country",
    },
    "zoho_Calls": {},
    "zoho_Tasks": {},
    "zoho_Events": {},
    "zoho_Contacts": {},
    "zoho_Campaigns": {},
    "zoho_Potentials": {},
    "zoho_Campaign_Lead_Status": {},
    "dynamics365_Territory_with_do_not_modify": {},
    "hubspot_deals": {},
    "salesforce_full_export_Contact": {},
    "salesforce_full_export_Opportunity": {},
    "hubspot_contacts": {"name": "Associated Company"},
    "dynamics365_Campaign": {},
    "dynamics365_Opportunity": {"name": "Potential Customer"},
    "zoom_webinar_attendee_report_sections": {},
}
LOOKED_AT = {"name", "domain", "website", "employees", "revenue", "country"}


def headers_of(name: str) -> list[str]:
    text = shared_file(f"crm_export_headers/{name}.csv").read_text(encoding="utf-8-sig")
    return next(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("layout", ACCOUNT_DATA)
def test_account_data_is_found_where_a_layout_has_it_and_claimed_nowhere_else(layout: str) -> None:
    guessed = {key: header for header, key in guess_mapping("accounts", headers_of(layout)).items() if key in LOOKED_AT}
    assert guessed == ACCOUNT_DATA[layout]


@pytest.mark.parametrize(
    ("layout", "kind", "wanted"),
    [
        (
            "salesforce_full_export_Opportunity",
            "opportunities",
            {
                "external_id": "Id",
                "account_id": "AccountId",
                "stage": "StageName",
                "amount": "Amount",
                "opened_on": "CreatedDate",
                "closed_on": "CloseDate",
                "is_won": "IsWon",
                "is_closed": "IsClosed",
                "type": "Type",
            },
        ),
        (
            "dynamics365_Opportunity",
            "opportunities",
            {
                "account_name": "Potential Customer",
                "outcome": "Status",
                "stage": "Sales Stage",
                "opened_on": "Created On",
                "closed_on": "Actual Close Date",
                "owner": "Owner",
            },
        ),
        (
            "hubspot_deals",
            "opportunities",
            {
                "external_id": "Record ID",
                "name": "Deal Name",
                "stage": "Deal Stage",
                "amount": "Amount",
                "owner": "Deal owner",
                "closed_on": "Close Date",
                "opened_on": "Create Date",
            },
        ),
        (
            "pipedrive_deals_people_organizations",
            "opportunities",
            {
                "name": "Deal - Title",
                "account_name": "Organization - Name",
                "stage": "Deal - Stage",
                "amount": "Deal - Value",
                "outcome": "Deal - Status",
                "owner": "Deal - Owner",
            },
        ),
        (
            "zoho_Potentials",
            "opportunities",
            {
                "name": "Potential Name",
                "owner": "Potential Owner",
                "stage": "Stage",
                "outcome": "Forecast Type",
                "amount": "Amount",
                "opened_on": "Created Time",
                "closed_on": "Closing Date",
            },
        ),
        (
            "salesforce_full_export_Contact",
            "contacts",
            {
                "external_id": "Id",
                "account_id": "AccountId",
                "first_name": "FirstName",
                "last_name": "LastName",
                "email": "Email",
                "title": "Title",
            },
        ),
        (
            "zoominfo_contacts",
            "contacts",
            {
                "external_id": "ZoomInfo Contact ID",
                "account_id": "ZoomInfo Company ID",
                "account_name": "Company Name",
                "account_domain": "Email Domain",
                "title": "Job Title",
                "seniority": "Management Level",
            },
        ),
        (
            "hubspot_contacts",
            "contacts",
            {"external_id": "Record ID", "email": "Email", "account_name": "Associated Company"},
        ),
        (
            "apollo_contacts",
            "contacts",
            {"title": "Title", "seniority": "Seniority", "account_name": "Company", "account_domain": "Website"},
        ),
        (
            "salesforce_full_export_Account",
            "accounts",
            {"external_id": "Id", "parent_id": "ParentId", "status": "Type", "city": "BillingCity"},
        ),
        (
            "zoominfo_companies",
            "accounts",
            {
                "external_id": "ZoomInfo Company ID",
                "year_founded": "Founded Year",
                "parent_name": "Entity Name (Immediate Parent)",
            },
        ),
    ],
)
def test_kind_and_fields_of_the_usual_exports(layout: str, kind: str, wanted: dict[str, str]) -> None:
    headers = headers_of(layout)
    guessed = {key: header for header, key in guess_mapping(kind, headers).items()}
    assert guess_kind(headers) == kind
    assert {key: guessed.get(key) for key in wanted} == wanted


def test_every_layout_is_looked_at() -> None:
    shared_file("crm_export_headers/README.md")
    layouts = {path.stem for path in (SHARED / "crm_export_headers").glob("*.csv")}
    assert layouts == set(ACCOUNT_DATA)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("BillingCountry", "billing country"),
        ("# Employees", "no of employees"),
        ("6sense Domain", "domain"),
        ("Revenue (in 000s USD)", "revenue"),
        ("deal_stage", "deal stage"),
        ("\ufeffAccount Name", "account name"),
        ("Größe des Unternehmens", "grosse des unternehmens"),
        ("Société", "societe"),
        ("CA annuel (k€)", "ca annuel"),
        ("Umsatz in Mio. EUR", "umsatz"),
        ("Jahresumsatz TEUR", "jahresumsatz"),
        ("Annual Revenue, USD", "annual revenue"),
    ],
)
def test_headers_are_read_alike_however_they_are_written(header: str, text: str) -> None:
    assert normalise(header) == text


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Revenue (in 000s USD)", "thousands"),
        ("Revenue (in millions)", "millions"),
        ("Umsatz in Mio", "millions"),
        ("Umsatz (Mio. €)", "millions"),
        ("Jahresumsatz in TEUR", "thousands"),
        ("CA annuel (k€)", "thousands"),
        ("Revenue (M)", "millions"),
        ("Revenue ($000s)", "thousands"),
        ("Umsatz in Mrd. EUR", "billions"),
        ("Facturación (en miles)", "thousands"),
        ("Company name", ""),
        ("Revenue (USD)", ""),
        ("AnnualRevenue", ""),
        ("New Pipeline (USD)", ""),
    ],
)
def test_a_unit_in_the_header_is_believed(header: str, unit: str) -> None:
    assert unit_in(header) == unit


def test_the_set_of_headers_is_one_whatever_its_order() -> None:
    assert fingerprint(["a", "b"]) == fingerprint(["b", "a"]) != fingerprint(["a", "c"])
