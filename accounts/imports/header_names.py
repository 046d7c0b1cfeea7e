"""The headers under which real exports hide what a field means, the surest first, as `headers.normalise` leaves them.

Lower case, without accents; in English, German, French, Spanish, and the names of SAP. Parted by `|`.
"""

ACCOUNT_NAME = (
    "account name|company name|organization name|organisation name|company|account|customer|customer name"
    "|companyname|employeecompany|potential customer|organization|organisation|firm|employer|business name|firma"
    "|unternehmen|firmenname|societe|entreprise|empresa|associated company|primary associated company"
    "|associated company name|raison sociale|denomination sociale|nom de l entreprise|nom de la societe"
    "|nom du compte|compte|razon social|nombre de la empresa|nombre de empresa|nombre de la cuenta|cuenta|cliente"
    "|nombre del cliente|client|client name|nom du client|kunde|kundenname|name des unternehmens|name1|name 1"
    "|party name|display name|company organization|nome azienda|ragione sociale|bedrijfsnaam|bedrijf"
    "|business partner|geschaftspartner|trading name|firmenbezeichnung|legal entity|account company"
    "|company organisation"
)
DOMAIN = (
    "company domain name|domain|company domain|domain name|email domain|website domain|companyemaildomain"
    "|account domain|primary domain|web domain|internet domain|email address domain|dominio|dominio web|domaine"
    "|url domain|domane"
)
WEBSITE = (
    "website|company website|companywebsite|web site|website url|url|homepage|company url|webseite|site web"
    "|website company name account|account website|organization website|web|web address|web page|webpage|www"
    "|internet|internetadresse|internetseite|webadresse|knurl|site internet|pagina web|sitio web|sito web|weburl"
)
ACCOUNT_ID = (
    "account id|accountid|company id|organization id|organisation id|associated company id|associated company ids"
    "|primary associated company id|zoominfo company id|parent customer id|account external id|crm account id"
    "|customer number|customer no|kundennummer|kundennr|kunden nr|kunnr|debitor|debitorennummer|code client"
    "|numero client|n client|numero de cliente|codigo de cliente|party number|account number|account no|client id"
)
EMAIL = (
    "email|e mail|email address|e mail address|work email|business email|mail|primary email|person email"
    "|emailadresse|e mail adresse|courriel|adresse email|adresse e mail|adresse mail|adresse electronique"
    "|correo electronico|correo|email professionnel|contact email|email 1|emailaddress"
)
OWNER = (
    "account owner|company owner|owner|owner name|sales rep|rep|account manager|organization owner"
    "|account executive|assigned to|assigned user name|owned by|record owner|betreuer|kundenbetreuer"
    "|verantwortlich|verantwortlicher|accountinhaber|inhaber|vertriebsmitarbeiter|proprietaire"
    "|proprietaire du compte|charge de clientele|commercial|propietario|propietario de la cuenta"
    "|responsable comercial|comercial|vendedor|account rep|sales owner|lead owner"
)
ACCOUNT_EXTERNAL_ID = (
    "id|account id|accountid|record id|company id|zoominfo company id|apollo record id|external id"
    "|do not modify account|customer id|crm id|internal id|copper id|netsuite id|erp id|key|uuid|guid"
)
ACCOUNT_INDUSTRY = (
    "industry|primary industry|sector|industry sector|company industry|branche|vertical|industry type"
    "|industry name|industry group|industry code description|brsch|branchen|industrie|wirtschaftszweig|secteur"
    "|secteur d activite|activite|sector de actividad|rubro|settore|industry description|naics description"
    "|sic description|market sector"
)
ACCOUNT_EMPLOYEES = (
    "numberofemployees|number of employees|employees|no of employees|num of employees|employee count|headcount"
    "|company size|staff|mitarbeiter|effectif|employee range|company employees|size|num employees|employees total"
    "|total employees|number of staff|staff count|fte|head count|company headcount|workforce|employees range"
    "|employee band|number of employees range|size of company|anzahl mitarbeiter|mitarbeiterzahl"
    "|mitarbeiteranzahl|anzahl der mitarbeiter|beschaftigte|anzahl beschaftigte|jmzah|unternehmensgrosse"
    "|effectifs|effectif salarie|nombre d employes|nombre de salaries|salaries|tranche d effectif"
    "|numero de empleados|n o de empleados|no de empleados|num empleados|empleados|plantilla|dipendenti"
    "|numero dipendenti|aantal medewerkers"
)
ACCOUNT_REVENUE = (
    "annualrevenue|annual revenue|revenue|yearly revenue|company revenue|turnover|sales revenue|umsatz"
    "|chiffre d affaires|revenue range|annual sales|revenues|yearly sales|sales volume|annual turnover"
    "|gross revenue|total revenue|company annual revenue|revenue band|revenue estimate|estimated annual revenue"
    "|jahresumsatz|umsatz pro jahr|umsat|ca|ca annuel|chiffre d affaires annuel|facturacion|facturacion anual"
    "|ingresos|ingresos anuales|volumen de negocio|cifra de negocios|ventas anuales|fatturato|omzet"
)
ACCOUNT_COUNTRY = (
    "billing country|company country|country|country region|address 1 country region|companycountry|hq country"
    "|organization country|headquarters country|land|pays|office location|company country region|shipping country"
    "|country region name|country name|billing country code|country code|country territory|land1|staat|pais|paese"
    "|country iso|country iso code|nation|primary country|domicile|company location country"
)
ACCOUNT_REGION = (
    "billing state|company state|state|state province|state region|address 1 state province|state or province"
    "|region|province|bundesland|hq state|county|regio|etat|provincia|kanton|canton|comunidad autonoma|bezirk"
    "|state region province|departement"
)
ACCOUNT_CITY = (
    "billing city|company city|city|address 1 city|hq city|town|stadt|ort|ville|location|ort01|wohnort|localite"
    "|commune|ciudad|poblacion|localidad|citta|plaats|city town"
)
ACCOUNT_YEAR_FOUNDED = (
    "founded year|year founded|year established|founded|founding year|established|founded in|year of foundation"
    "|grundungsjahr|gegrundet|annee de creation|annee de fondation|ano de fundacion|incorporated"
)
ACCOUNT_PARENT_ID = (
    "parentid|parent id|parent account id|parent company id|company id immediate parent"
    "|subsidiary of organization id|parent party number|parent account number|parent record id"
    "|parent customer number|parent organization id"
)
ACCOUNT_PARENT_NAME = (
    "parent account|parent company|parent|subsidiary of|parent name|parent account name|parent company name"
    "|entity name immediate parent|ultimate parent|muttergesellschaft|associated parent company|member of"
    "|parent organization|parent organisation|holding company|konzernmutter|mutterunternehmen|konzern"
    "|societe mere|maison mere|empresa matriz|matriz|corporate parent|global parent"
)
ACCOUNT_STATUS = (
    "type|account type|customer status|company type|status|account status|relationship type|lifecycle stage"
    "|kundenstatus|kundentyp|kundenart|type de compte|statut client|tipo de cuenta|tipo de cliente|status label"
    "|customer type|relationship|client type|record type"
)
ACCOUNT_POTENTIAL = (
    "potential|annual potential|account potential|estimated potential|deal potential|wallet|potential a year"
    "|potenzial|jahrespotenzial|potentiel|potentiel annuel|potencial|potencial anual|wallet size|total potential"
    "|revenue potential|account value potential"
)
ACCOUNT_TECHNOLOGIES = (
    "technologies|tech stack|technology|web technologies|technology stack|tools|technologies used"
    "|installed technologies|technographics|software|systeme|technologien|tecnologias"
)
ACCOUNT_DESCRIPTION = (
    "description|short description|company description|about us|about|notes|beschreibung|company overview"
    "|bemerkung|bemerkungen|notiz|notizen|commentaire|commentaires|descripcion|observaciones|comments"
)
CONTACT_EXTERNAL_ID = (
    "contact id|contactid|id|record id|zoominfo contact id|person id|do not modify contact|external id"
    "|do not modify lead|leadid|prospect id|eloqua contact id|marketo id|lead id|person record id"
    "|contact record id|internal id|kontakt id|uuid|key"
)
CONTACT_NAME = (
    "full name|contact name|name|person name|contact|user name original name|vollstandiger name|nom complet"
    "|ansprechpartner|kontakt|kontaktname|name des kontakts|contact full name|nombre completo|nombre y apellidos"
    "|interlocuteur|lead name|prospect name|attendee name|display name"
)
CONTACT_FIRST_NAME = (
    "first name|firstname|given name|forename|person first name|vorname|prenom|nombre|fname|contact first name|nome"
)
CONTACT_LAST_NAME = (
    "last name|lastname|surname|family name|person last name|nachname|nom|apellido|apellidos|lname"
    "|contact last name|familienname|nom de famille|cognome"
)
CONTACT_PHONE = (
    "phone|phone number|direct phone number|work direct phone|business phone|mobile phone|mobile|work phone"
    "|person phone|telephone|telefon|direct phone|telefonnummer|tel|tel no|mobil|mobiltelefon|handy"
    "|telephone number|telephone professionnel|numero de telephone|telefono|movil|mobile number|cell phone"
    "|direct dial|telf1|office phone"
)
CONTACT_TITLE = (
    "title|job title|jobtitle|position|role|function|position title|berufsbezeichnung|poste|jobtitel|funktion"
    "|stellenbezeichnung|stelle|fonction|intitule du poste|intitule de poste|cargo|puesto|job role|current title"
    "|designation|contact title|person title|occupation"
)
CONTACT_SENIORITY = (
    "seniority|management level|job title hierarchy level|seniority level|level|hierarchiestufe|hierarchieebene"
    "|niveau hierarchique|nivel jerarquico|job level|job seniority"
)
CONTACT_DEPARTMENT = (
    "department|departments|job function|business unit|abteilung|bereich|service|departement|departamento"
    "|job department|division|area funcional"
)
OPPORTUNITY_EXTERNAL_ID = (
    "opportunity id|opportunityid|deal id|dealid|id|record id|potentialid|potential id|external id"
    "|do not modify opportunity|opportunity number|opportunity no|deal no|deal number|vorgangsnummer"
    "|chancennummer|ref affaire|reference affaire|n affaire|id oportunidad|oportunidad id|internal id"
    "|transaction number|reference"
)
OPPORTUNITY_NAME = (
    "opportunity name|deal name|potential name|name|deal title|topic|title|opportunity|deal|opportunity title"
    "|nom de l affaire|nom de l opportunite|affaire|opportunite|nombre de la oportunidad|nombre de oportunidad"
    "|oportunidad|verkaufschance|name der verkaufschance|bezeichnung|project name|betreff|subject"
)
OPPORTUNITY_OWNER = (
    "opportunity owner|deal owner|potential owner|sales agent|owner|sales rep|owner name|rep|account executive"
    "|salesperson|agent|seller|opportunity rep|deal rep|assigned rep|assigned to|assigned user name|owned by"
    "|record owner|betreuer|verantwortlich|verantwortlicher|inhaber|vertriebsmitarbeiter|proprietaire"
    "|proprietaire de l affaire|commercial|propietario|responsable comercial|comercial|vendedor|sales owner"
)
OPPORTUNITY_TYPE = (
    "type|opportunity type|deal type|record type|new or existing|opportunity record type|business type"
    "|geschaftsart|art des geschafts|type d affaire|tipo|tipo de oportunidad|deal category|revenue type"
)
OPPORTUNITY_STAGE = (
    "stagename|deal stage|stage|sales stage|opportunity stage|pipeline stage|phase|dealstage|current stage"
    "|verkaufsphase|vertriebsphase|etape|etape de vente|etapa|etapa de venta|fase|sales phase|milestone"
    "|deal phase|opportunity phase"
)
OPPORTUNITY_OUTCOME = (
    "deal status|status|outcome|won lost|result|opportunity status|forecast type|statut|resultat|resultado"
    "|ergebnis|estado|state|opportunity state|disposition|win loss"
)
OPPORTUNITY_AMOUNT = (
    "amount|deal value|close value|deal amount|value|est revenue|opportunity amount|total amount"
    "|estimated revenue|amount in company currency|contract value|tcv|acv|betrag|actual revenue|revenue|deal size"
    "|expected amount|projected total|total value|opportunity value|deal value in company currency|auftragswert"
    "|auftragsvolumen|volumen|wert|umsatz|erwarteter umsatz|montant|montant ht|valeur|importe|monto|valor"
    "|bookings|arr|annual contract value|total contract value|net amount|estimated value"
)
OPPORTUNITY_OPENED_ON = (
    "created date|createddate|create date|created on|created time|engage date|opened|open date|opened on|created"
    "|created at|start date|deal created|deal created on|date created|created datetime|opportunity created date"
    "|creation date|date opened|erstellt am|erstellt|erstellungsdatum|angelegt am|eroffnet am|date de creation"
    "|cree le|date d ouverture|fecha de creacion|creado el|fecha de apertura|date entered"
)
OPPORTUNITY_CLOSED_ON = (
    "actual close date|close date|closedate|closing date|closed date|closed on|close time|won time|deal closed on"
    "|close|end date|est close date|deal expected close date|expected close date|date closed|actual close"
    "|closed at|abschlussdatum|abgeschlossen am|geschlossen am|date de cloture|date de fermeture"
    "|date de signature|fecha de cierre|cerrado el|estimated close date|projected close|projected close date"
    "|forecast close date|erwartetes abschlussdatum|won lost date|decision date"
)
OPPORTUNITY_PRODUCT = (
    "product|product name|solution|line item|product interest|product line|product family|produkt|produit|producto|item"
)
SIGNAL_KIND = (
    "signal|signal type|signal kind|activity type|event type|kind|type|activity|event|action|engagement type"
    "|interaction type|channel|activity name|interaction|touchpoint|touchpoint type|ereignis|evenement"
    "|type d evenement|evento|signal name|tipo de evento"
)
SIGNAL_OCCURRED_AT = (
    "occurred at|occurred on|date|timestamp|event date|activity date|occurred|time|event time|datetime"
    "|activity time|date time|created at|visited at|visit date|created date|signal date|last seen|join time"
    "|created time|start datetime|event datetime|visit time|last visit|week of|date added|datum|zeitpunkt|fecha"
    "|date de l evenement|first seen|day|received at"
)
SIGNAL_EXTERNAL_ID = "id|signal id|event id|activity id|record id|external id|uuid|taskid|eventid"
SIGNAL_PERSON_KEY = (
    "visitor id|person id|person key|user id|contact id|contactid|cookie id|anonymous id|visitor|person"
    "|visitor key|session id|client id|ga client id"
)
SIGNAL_TOPIC = (
    "topic|subject|intent topic|campaign|campaign name|content|asset|title|keyword|page title|webinar|event name"
    "|job title|topic name|content title|asset name|form name|ad name|thema|sujet|tema"
)
SIGNAL_URL = "url|page|page url|link|landing page|path|page path|landing url|visited page|seite"
SIGNAL_WEIGHT = "weight|score|points|intensity|strength|lead score|engagement score|intent score|composite score"
