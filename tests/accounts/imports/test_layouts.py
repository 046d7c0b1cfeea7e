"""What each layout is and where its fields stand: all 34 of ../shared/data, and layouts that nobody showed us."""

import csv
import io

import pytest

from accounts.imports.headers import guess_kind, guess_mapping
from tests.accounts.imports.shared_data import SHARED, shared_file

#: layout → (kind, {field: header}), for the fields that matter most in that kind, and no others of them.
LAYOUTS: dict[str, tuple[str, dict[str, str]]] = {
    "6sense_buying_stage_accounts": (
        "accounts",
        {"name": "6sense Company Name", "domain": "6sense Domain", "country": "6sense Country"},
    ),
    "6sense_reached_accounts": (
        "accounts",
        {"name": "6sense Company Name", "domain": "6sense Domain", "country": "6sense Country"},
    ),
    "6sense_target_accounts": (
        "accounts",
        {
            "name": "6sense Company Name",
            "domain": "6sense Domain",
            "employees": "6sense Employee Range",
            "revenue": "6sense Revenue Range",
            "country": "6sense Country",
            "industry": "Industry",
        },
    ),
    "apollo_accounts": (
        "accounts",
        {
            "name": "Company Name",
            "website": "Website",
            "employees": "# Employees",
            "country": "Company Country",
            "industry": "Industry",
            "external_id": "Apollo Record Id",
            "parent_id": "Subsidiary of (Organization ID)",
        },
    ),
    "apollo_contacts": (
        "contacts",
        {
            "title": "Title",
            "seniority": "Seniority",
            "department": "Departments",
            "account_name": "Company",
            "account_domain": "Website",
            "email": "Email",
        },
    ),
    "dynamics365_Account": (
        "accounts",
        {"name": "Account Name", "revenue": "Annual Revenue"},
    ),
    "dynamics365_Campaign": (
        "accounts",
        {},
    ),
    "dynamics365_Contact": (
        "contacts",
        {
            "title": "Job Title",
            "account_name": "Company Name",
            "account_domain": "Website (Company Name) (Account)",
            "email": "Email",
        },
    ),
    "dynamics365_Lead_with_do_not_modify": (
        "contacts",
        {"title": "Job Title", "account_name": "Company Name", "email": "Email"},
    ),
    "dynamics365_Opportunity": (
        "opportunities",
        {
            "stage": "Sales Stage",
            "outcome": "Status",
            "amount": "Est. revenue",
            "opened_on": "Created On",
            "closed_on": "Actual Close Date",
            "account_name": "Potential Customer",
        },
    ),
    "dynamics365_Territory_with_do_not_modify": (
        "accounts",
        {},
    ),
    "hubspot_companies": (
        "accounts",
        {"name": "Company name", "country": "Country/Region", "industry": "Industry", "external_id": "Record ID"},
    ),
    "hubspot_companies_with_domain": (
        "accounts",
        {
            "name": "Company name",
            "domain": "Company Domain Name",
            "country": "Country/Region",
            "external_id": "Record ID",
        },
    ),
    "hubspot_contacts": (
        "contacts",
        {"account_name": "Associated Company", "email": "Email"},
    ),
    "hubspot_deals": (
        "opportunities",
        {"stage": "Deal Stage", "amount": "Amount", "opened_on": "Create Date", "closed_on": "Close Date"},
    ),
    "linkedin_ads_company_list": (
        "accounts",
        {
            "name": "companyname",
            "domain": "companyemaildomain",
            "website": "companywebsite",
            "country": "companycountry",
            "industry": "industry",
        },
    ),
    "linkedin_ads_contact_list": (
        "contacts",
        {"title": "jobtitle", "account_name": "employeecompany", "email": "email"},
    ),
    "pipedrive_deals_people_organizations": (
        "opportunities",
        {
            "stage": "Deal - Stage",
            "outcome": "Deal - Status",
            "amount": "Deal - Value",
            "closed_on": "Deal - Expected close date",
            "account_name": "Organization - Name",
        },
    ),
    "salesforce_full_export_Account": (
        "accounts",
        {
            "name": "Name",
            "website": "Website",
            "employees": "NumberOfEmployees",
            "revenue": "AnnualRevenue",
            "country": "BillingCountry",
            "industry": "Industry",
            "external_id": "Id",
            "parent_id": "ParentId",
        },
    ),
    "salesforce_full_export_Contact": (
        "contacts",
        {"title": "Title", "department": "Department", "account_id": "AccountId", "email": "Email"},
    ),
    "salesforce_full_export_Lead": (
        "contacts",
        {"title": "Title", "account_name": "Company", "account_domain": "Website", "email": "Email"},
    ),
    "salesforce_full_export_Opportunity": (
        "opportunities",
        {
            "stage": "StageName",
            "is_closed": "IsClosed",
            "is_won": "IsWon",
            "amount": "Amount",
            "opened_on": "CreatedDate",
            "closed_on": "CloseDate",
            "type": "Type",
            "account_id": "AccountId",
        },
    ),
    "zoho_Accounts": (
        "accounts",
        {"name": "Account Name", "website": "Website", "industry": "Industry", "external_id": "ACCOUNTID"},
    ),
    "zoho_Calls": (
        "accounts",
        {"external_id": "ACCOUNTID"},
    ),
    "zoho_Campaign_Lead_Status": (
        "accounts",
        {},
    ),
    "zoho_Campaigns": (
        "accounts",
        {},
    ),
    "zoho_Contacts": (
        "contacts",
        {"account_id": "Account Id", "email": "Email"},
    ),
    "zoho_Events": (
        "accounts",
        {"external_id": "ACCOUNTID"},
    ),
    "zoho_Leads": (
        "contacts",
        {"account_name": "Company", "account_domain": "Website", "email": "Email"},
    ),
    "zoho_Potentials": (
        "opportunities",
        {
            "stage": "Stage",
            "outcome": "Forecast Type",
            "amount": "Amount",
            "opened_on": "Created Time",
            "closed_on": "Closing Date",
            "type": "Type",
        },
    ),
    "zoho_Tasks": (
        "accounts",
        {},
    ),
    "zoom_webinar_attendee_report_sections": (
        "accounts",
        {},
    ),
    "zoominfo_companies": (
        "accounts",
        {
            "name": "Company Name",
            "website": "Website",
            "employees": "Employees",
            "revenue": "Revenue (in 000s USD)",
            "country": "Company Country",
            "industry": "Primary Industry",
            "external_id": "ZoomInfo Company ID",
            "parent_id": "Company ID (Immediate Parent)",
            "parent_name": "Entity Name (Immediate Parent)",
        },
    ),
    "zoominfo_contacts": (
        "contacts",
        {
            "title": "Job Title",
            "seniority": "Management Level",
            "department": "Department",
            "account_id": "ZoomInfo Company ID",
            "account_name": "Company Name",
            "account_domain": "Email Domain",
            "email": "Email Address",
        },
    ),
}

#: The fields looked at; a layout claims none of them beyond its row above.
LOOKED_AT = {
    "accounts": "name domain website employees revenue country industry external_id parent_id parent_name",
    "contacts": "title seniority department account_id account_name account_domain email",
    "opportunities": (
        "stage outcome is_closed is_won amount opened_on closed_on type account_id account_name account_domain"
    ),
}

#: Invented layouts in the manner of other systems and languages: (kind, headers, every field that is claimed).
UNSEEN: dict[str, tuple[str, str, dict[str, str]]] = {
    "erp_business_partners": (
        "accounts",
        "KUNNR;NAME1;NAME2;STRAS;ORT01;PSTLZ;REGIO;LAND1;BRSCH;UMSAT;JMZAH;TELF1;KNURL",
        {
            "external_id": "KUNNR",
            "name": "NAME1",
            "city": "ORT01",
            "region": "REGIO",
            "country": "LAND1",
            "industry": "BRSCH",
            "revenue": "UMSAT",
            "employees": "JMZAH",
            "website": "KNURL",
        },
    ),
    "suite_customers": (
        "accounts",
        "Internal ID;Company Name;Web Address;Category;Industry;Billing Address Country;Billing City;"
        "Billing State/Province;No. of Employees;Annual Revenue (Currency);Sales Rep;Status;Date Created",
        {
            "external_id": "Internal ID",
            "name": "Company Name",
            "website": "Web Address",
            "industry": "Industry",
            "country": "Billing Address Country",
            "city": "Billing City",
            "region": "Billing State/Province",
            "employees": "No. of Employees",
            "revenue": "Annual Revenue (Currency)",
            "owner": "Sales Rep",
            "status": "Status",
        },
    ),
    "party_export": (
        "accounts",
        "Party Number;Organization Name;URL;Primary Address Country;Primary Address City;"
        "Employees Total;Annual Revenue Amount;Parent Party Number;Account Owner Email",
        {
            "external_id": "Party Number",
            "name": "Organization Name",
            "website": "URL",
            "country": "Primary Address Country",
            "city": "Primary Address City",
            "employees": "Employees Total",
            "revenue": "Annual Revenue Amount",
            "parent_id": "Parent Party Number",
            "owner_email": "Account Owner Email",
        },
    ),
    "open_source_crm": (
        "accounts",
        "id;name;website;employees;annual_revenue;billing_address_city;billing_address_state;"
        "billing_address_country;industry;account_type;assigned_user_name;parent_id",
        {
            "external_id": "id",
            "name": "name",
            "website": "website",
            "employees": "employees",
            "revenue": "annual_revenue",
            "city": "billing_address_city",
            "region": "billing_address_state",
            "country": "billing_address_country",
            "industry": "industry",
            "status": "account_type",
            "owner": "assigned_user_name",
            "parent_id": "parent_id",
        },
    ),
    "fresh_accounts": (
        "accounts",
        "Id;Name;Website;Number of employees;Annual revenue;Industry type;Country;City;State;Owner;"
        "Parent account;Created at",
        {
            "external_id": "Id",
            "name": "Name",
            "website": "Website",
            "employees": "Number of employees",
            "revenue": "Annual revenue",
            "industry": "Industry type",
            "country": "Country",
            "city": "City",
            "region": "State",
            "owner": "Owner",
            "parent_name": "Parent account",
        },
    ),
    "metal_companies": (
        "accounts",
        "Copper ID;Name;Email Domain;Street;City;State;Postal Code;Country;Owned By;Contact Type;Website 1;Work Phone",
        {
            "external_id": "Copper ID",
            "name": "Name",
            "domain": "Email Domain",
            "city": "City",
            "region": "State",
            "country": "Country",
            "owner": "Owned By",
            "website": "Website 1",
        },
    ),
    "inside_sales_leads": (
        "accounts",
        "display_name;url;status_label;address_1_country;custom.Industry;custom.Employees;"
        "custom.Annual Revenue;primary_contact_name",
        {
            "name": "display_name",
            "website": "url",
            "status": "status_label",
            "country": "address_1_country",
            "industry": "custom.Industry",
            "employees": "custom.Employees",
            "revenue": "custom.Annual Revenue",
        },
    ),
    "small_business_crm": (
        "accounts",
        "Record Id;Organization Name;Phone;Website;Billing Street;Billing City;Billing State;"
        "Billing Country;Email Domain 1;Number of Staff;Member of",
        {
            "external_id": "Record Id",
            "name": "Organization Name",
            "website": "Website",
            "city": "Billing City",
            "region": "Billing State",
            "country": "Billing Country",
            "domain": "Email Domain 1",
            "employees": "Number of Staff",
            "parent_name": "Member of",
        },
    ),
    "german_erp": (
        "accounts",
        "Kundennummer;Firma;Internet;PLZ;Ort;Land;Branche;Anzahl Mitarbeiter;Jahresumsatz in TEUR;"
        "Konzernmutter;Betreuer;Kundenstatus",
        {
            "external_id": "Kundennummer",
            "name": "Firma",
            "website": "Internet",
            "city": "Ort",
            "country": "Land",
            "industry": "Branche",
            "employees": "Anzahl Mitarbeiter",
            "revenue": "Jahresumsatz in TEUR",
            "parent_name": "Konzernmutter",
            "owner": "Betreuer",
            "status": "Kundenstatus",
        },
    ),
    "french_accounts": (
        "accounts",
        "Raison sociale;Site internet;Secteur d'activité;Effectif salarié;CA annuel (k€);Pays;Ville;Commercial",
        {
            "name": "Raison sociale",
            "website": "Site internet",
            "industry": "Secteur d'activité",
            "employees": "Effectif salarié",
            "revenue": "CA annuel (k€)",
            "country": "Pays",
            "city": "Ville",
            "owner": "Commercial",
        },
    ),
    "spanish_accounts": (
        "accounts",
        "Razón social;Página web;Sector;N.º de empleados;Facturación anual;País;Provincia;Ciudad;Responsable comercial",
        {
            "name": "Razón social",
            "website": "Página web",
            "industry": "Sector",
            "employees": "N.º de empleados",
            "revenue": "Facturación anual",
            "country": "País",
            "region": "Provincia",
            "city": "Ciudad",
            "owner": "Responsable comercial",
        },
    ),
    "enriched_list": (
        "accounts",
        "Company;Company Domain;HQ Country;HQ City;Employee Count Range;Estimated Annual Revenue Range;"
        "Primary Industry;Technologies Used;Founded In",
        {
            "name": "Company",
            "domain": "Company Domain",
            "country": "HQ Country",
            "city": "HQ City",
            "employees": "Employee Count Range",
            "revenue": "Estimated Annual Revenue Range",
            "industry": "Primary Industry",
            "technologies": "Technologies Used",
            "year_founded": "Founded In",
        },
    ),
    "marketing_people": (
        "contacts",
        "Id;Email Address;First Name;Last Name;Job Title;Company Name;Website;Num Employees;Country;"
        "Lead Status;Person Source",
        {
            "external_id": "Id",
            "email": "Email Address",
            "first_name": "First Name",
            "last_name": "Last Name",
            "title": "Job Title",
            "account_name": "Company Name",
            "account_domain": "Website",
        },
    ),
    "prospects": (
        "contacts",
        "Prospect ID;First Name;Last Name;Email;Company;Job Title;Department;Website;Country;Annual Revenue;Employees",
        {
            "external_id": "Prospect ID",
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "account_name": "Company",
            "title": "Job Title",
            "department": "Department",
            "account_domain": "Website",
        },
    ),
    "campaign_contacts": (
        "contacts",
        "Eloqua Contact ID;Email Address;First Name;Last Name;Company;Title;State or Province;"
        "Business Phone;Email Address Domain",
        {
            "external_id": "Eloqua Contact ID",
            "email": "Email Address",
            "first_name": "First Name",
            "last_name": "Last Name",
            "account_name": "Company",
            "title": "Title",
            "phone": "Business Phone",
            "account_domain": "Email Address Domain",
        },
    ),
    "german_contacts": (
        "contacts",
        "Anrede;Vorname;Nachname;Position;Abteilung;E-Mail-Adresse;Telefon;Firmenname;Kundennr.",
        {
            "first_name": "Vorname",
            "last_name": "Nachname",
            "title": "Position",
            "department": "Abteilung",
            "email": "E-Mail-Adresse",
            "phone": "Telefon",
            "account_name": "Firmenname",
            "account_id": "Kundennr.",
        },
    ),
    "french_contacts": (
        "contacts",
        "Civilité;Prénom;Nom;Fonction;Service;Adresse e-mail;Téléphone;Société",
        {
            "first_name": "Prénom",
            "last_name": "Nom",
            "title": "Fonction",
            "department": "Service",
            "email": "Adresse e-mail",
            "phone": "Téléphone",
            "account_name": "Société",
        },
    ),
    "spanish_contacts": (
        "contacts",
        "Nombre;Apellidos;Cargo;Departamento;Correo electrónico;Teléfono;Empresa",
        {
            "first_name": "Nombre",
            "last_name": "Apellidos",
            "title": "Cargo",
            "department": "Departamento",
            "email": "Correo electrónico",
            "phone": "Teléfono",
            "account_name": "Empresa",
        },
    ),
    "german_deals": (
        "opportunities",
        "Verkaufschance;Kunde;Verkaufsphase;Status;Auftragswert;Erstellt am;Abschlussdatum;Verantwortlich",
        {
            "name": "Verkaufschance",
            "account_name": "Kunde",
            "stage": "Verkaufsphase",
            "outcome": "Status",
            "amount": "Auftragswert",
            "opened_on": "Erstellt am",
            "closed_on": "Abschlussdatum",
            "owner": "Verantwortlich",
        },
    ),
    "french_deals": (
        "opportunities",
        "Réf. affaire;Nom de l'affaire;Compte;Étape;Montant;Date de création;Date de clôture;Propriétaire",
        {
            "external_id": "Réf. affaire",
            "name": "Nom de l'affaire",
            "account_name": "Compte",
            "stage": "Étape",
            "amount": "Montant",
            "opened_on": "Date de création",
            "closed_on": "Date de clôture",
            "owner": "Propriétaire",
        },
    ),
    "spanish_deals": (
        "opportunities",
        "Nombre de la oportunidad;Empresa;Etapa;Importe;Fecha de creación;Fecha de cierre;Propietario",
        {
            "name": "Nombre de la oportunidad",
            "account_name": "Empresa",
            "stage": "Etapa",
            "amount": "Importe",
            "opened_on": "Fecha de creación",
            "closed_on": "Fecha de cierre",
            "owner": "Propietario",
        },
    ),
    "suite_opportunities": (
        "opportunities",
        "Internal ID;Opportunity Number;Title;Customer;Opportunity Status;Probability;Projected Total;"
        "Date Created;Expected Close Date;Sales Rep",
        {
            "external_id": "Opportunity Number",
            "name": "Title",
            "account_name": "Customer",
            "outcome": "Opportunity Status",
            "amount": "Projected Total",
            "opened_on": "Date Created",
            "closed_on": "Expected Close Date",
            "owner": "Sales Rep",
        },
    ),
    "web_analytics": (
        "signals",
        "Visit Date;Visitor Domain;Page URL;Visitor ID;Event",
        {
            "occurred_at": "Visit Date",
            "account_domain": "Visitor Domain",
            "url": "Page URL",
            "person_key": "Visitor ID",
            "kind": "Event",
        },
    ),
    "intent_feed": (
        "signals",
        "Company Name;Company Domain;Signal Type;Intent Topic;Intent Score;Week of",
        {
            "account_name": "Company Name",
            "account_domain": "Company Domain",
            "kind": "Signal Type",
            "topic": "Intent Topic",
            "weight": "Intent Score",
            "occurred_at": "Week of",
        },
    ),
    "price_list": (
        "accounts",
        "SKU;Description;List Price;Stock",
        {},
    ),
    "hours": (
        "accounts",
        "Task;Call Owner;Minutes;Status",
        {},
    ),
}


def headers_of(layout: str) -> list[str]:
    text = shared_file(f"crm_export_headers/{layout}.csv").read_text(encoding="utf-8-sig")
    return next(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_real_layout_is_known_for_what_it_is(layout: str) -> None:
    kind, wanted = LAYOUTS[layout]
    headers = headers_of(layout)
    found = {key: header for header, key in guess_mapping(kind, headers).items()}
    assert guess_kind(headers) == kind
    assert {key: header for key, header in found.items() if key in LOOKED_AT[kind].split()} == wanted


def test_all_34_layouts_are_in_the_table() -> None:
    shared_file("crm_export_headers/README.md")
    layouts = {path.stem for path in (SHARED / "crm_export_headers").glob("*.csv")}
    assert layouts == set(LAYOUTS)
    assert len(layouts) == 34


@pytest.mark.parametrize("layout", UNSEEN)
def test_a_layout_that_nobody_showed_us_is_understood_too(layout: str) -> None:
    kind, line, wanted = UNSEEN[layout]
    headers = line.split(";")
    assert guess_kind(headers) == kind
    assert {key: header for header, key in guess_mapping(kind, headers).items()} == wanted


@pytest.mark.parametrize("layout", UNSEEN)
def test_the_guess_does_not_hang_on_the_order_of_columns(layout: str) -> None:
    kind, line, wanted = UNSEEN[layout]
    assert {key: header for header, key in guess_mapping(kind, line.split(";")[::-1]).items()} == wanted
