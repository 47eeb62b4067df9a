"""Words that are no sign of what a query is about. No Django here.

General words belong to any office, household or branch of health. The lexicon names many of them, because somebody
here may ask for them ("opening hours", "video call", "jab"). They are searched like any other word. But that a document
holds one of them says little about whether it answers: a dentist, a school and a council have opening hours too.

Plain words have no subject at all: ordinary verbs, adjectives and adverbs. Where nobody has written one of them
("tatty"), the query is no further from this field for that, as it is with "dentist". Words with which this field says
something of its own stand in neither list:  out, stay, miss, wait, stop, plan, care, recover.

Words of other subjects say that a query is about something else ("jobs", "tickets", "recipe"), whatever else stands in
it. Where the place that is found does not speak of that, it surely answers something else.

Shared words are names in this field and names elsewhere too: a withdrawal from the bank, a recovery truck, a probation
period. One of them alone is no sure sign that this field is meant, as "methadone" is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from search.analysis import stem

#: By kind, so that a missing word is easily seen. Any form of a word will do.
_GENERAL = {
    "offices and their papers": """
        access accreditation admin advice agreement allocated announcement answer application appraisal audit
        backlog board booking booked business calendar call campaign card centre carer case cases certificate
        change charge check choice claim clerk click close collect committee complaint completion compliance
        compliment conference confidential contact contract copy core cost counter criteria customer data
        deadline decision deliver delivery department desk details director directory document duty early
        enquiry entry equipment escort event evidence expense fee final finance form framework front full fund
        funding general gift goal grievance group guidance guideline guidelines handover help holiday hours hub
        induction information inspection intake joint kpi late leader leaflet legal letter level licence limit
        line link list local manager management meeting monitoring monthly name named national notice number
        occupational offer office officer ombudsman opening open order outcome outside paid paperwork
        partnership pass pay payment performance permission person policy poster priority privacy private
        procedure process professional progress project protocol provider public quality quarterly
        questionnaire queue reason receipt reception receptionist record refuse registration regulation
        reminder report request resources response responsibility result reward rights rule safe safety
        schedule scheme second section security self service shift sign signature signpost single skills
        specialist staff stage standard start statement station step storage strategy submission suite
        supervision support target team template tier time timekeeping token tool tour training transfer
        transition trust turn unit update urgent volunteer voucher wait waiting warning welcome whole work
        worker written year
    """,
    "machines and ways to reach somebody": """
        app camera chat computer device digital e-mail email facebook facetime internet laptop message messages
        mobile online phone post postal posted remote screen skype smartphone teams telephone text video
        virtual voicemail web webcam webchat website whatsapp wi-fi zoom
    """,
    "people, family and home": """
        accommodation adolescent adult armed army baby babysit babysitter boy boyfriend boys brother buddy
        child childcare childminder children couple couples dad daughter dependant ex families family father
        female flat friend girl girlfriend girls home house housing husband kid kids landlord life living male
        mam man maternal men mother mum neighbour nurseries nursery old parent parental parenting partner
        people relative relocate relocation rent school sister son teen teenage teenager tenancy tenant toddler
        veteran wife woman women young youngster
    """,
    "money, work, law and learning": """
        appeal bank benefit benefits bribe burglary career class classes college council course court degree
        education employee employer employment evict eviction graduate injunction interview job jobcentre judge
        jury law lawyer magistrate market money police qualification rules salary solicitor stealing steal
        student target teacher theft thief tribunal tutor unemployed unemployment university
    """,
    "health, whatever the branch": """
        ache acupuncture acute attack ambulance antenatal aromatherapy asthma blood booster breath breathing
        cancer clinic condom contraception contraceptive copd cough dead death deceased dental dentist
        dentistry diabetes diagnosis die died diet disability disabled doctor dose dosage dosages ecg epilepsy
        examination exercise fertility fever gp gps gum head health healthcare heart hospital illness
        immunisation infection inoculation jab kidney leg limb liver lung massage maternity medical medicine
        midwife mobility monthly mouth multiple nerve nurse nursing operation outpatient pain pandemic covid
        coronavirus corona lockdown patient perinatal pharmaceutical physical physio postnatal pregnancy
        pregnant prenatal prescribe prescription prevention primary refer referral reflexology reiki screening
        sexual sick skin sleep sleeping sore specialist stomach stroke sugar surgery swab symptom tablet
        tablets teeth tetanus therapist therapy tooth trauma treat treatment ulcer vaccinated vaccination
        vaccine vein ward wheelchair wound wounds yoga
    """,
    "what everybody has and does": """
        animal bad bag balance banned battery bed bedroom big bin bladder blend blue board book bottle bottom
        box bread break breakaway breakdown bus calm car cars clean clear club clothes cold collection colour
        cook cooker cooking copper cup cut dark day days denial discard dish distance dock door doorstep draw
        drive driver driving dry eat ear face fall feed film fire fit fitting fix food foil football fridge
        front game garden gas glass glue going green ground hair half hammer hand hate heat hot hours ice
        instead insurance item juice jump key keys kit kitchen late lift light lock locked lost low lunch
        machine magic mail match mind minute mix mixing month morning move moving music needed new next night
        nothing nowhere nudge oil pack packs paint paper park parking party pet pick pie pin pins place plastic
        play point pool pot pound print prize pull punch push quick quiet radar rain read reader ready red
        remind ride ring road rock rocks room rope rude safe sale salt sand saturday save sea seat sell selling
        sent set settle share sharing shoe shop shopping shopper shot shout show shower side silver sit slip
        smoke smoked smoker smoking snow song space speak spell spit split sport spot stone store storing
        street sun sunday swear table take taken talk tax taxi tea tenant test testing ticket today together
        tomorrow top town toy track train transport travel tree trigger trip tv van view visit visiting walk
        walking wall wash washing watch water weather week weekend weekly weight white win window wine winter
        wooden word words yellow
    """,
}


_PLAIN = {
    "other forms of verbs": """
        felt included including interested interesting involved prepared promised raised received repeated
        spreading supposed
    """,
    "verbs": """
        accept add admit agree aim annoy appear argue arrive avoid await began beg behave believe belong blame
        borrow bother bounce bring brought build built bump buy bought carry catch caught cause cheat chase
        choose chose chuck clash climb confuse cope creep cry dare dealt deny deserve disappear dislike disturb
        dodge doubt drag drift dump earn enter escape expect fail fear feel fetch fight fought fill follow
        forget forgot forgotten found grow grew guess hang hung hate hear heard hide hid hidden hurry hurt
        ignore imagine insist intend jump kick knock laugh lend lent like listen lose lost love matter mention
        mess mistake mistaken nag overcome owe own pick pour prefer pretend prove pull push quit reach react
        realise recognise regret remain remember reply reveal rip rush scare scream seek seem send sent shout
        shove shut sit sat skip solve sound speak spoke spend spent spoil stand stood stick stuck struggle
        suffer suppose surprise swap switch tend threw throw thrown tolerate touch try understand understood
        upset wake wander welcome win wish wonder worry worsen wreck yell
    """,
    "adjectives": """
        able afraid ages alone aware careful alright angry anxious awful awkward big bored brave brilliant busy
        certain clever comfortable confused crazy curious daft dangerous decent desperate difficult dodgy easy
        embarrassed empty entire excited extra familiar friendly frightened funny glad grateful great grumpy
        guilty handy happy hard horrible huge important impossible keen large lazy likely little lonely lovely
        lucky mad massive messy miserable modern nasty naughty necessary nervous new nice noisy nosy obvious
        odd ordinary perfect pleasant polite poor proper proud quick ready real rubbish sad same scared scary
        scruffy selfish shabby short shy silly similar simple slow small sorry strange stupid sudden suitable
        tatty terrible thick tidy tiny tired tough tricky ugly unable unfair unhappy unkind unlikely unusual
        useful useless usual vague weird wide willing wise wonderful worse worst worth wrong
    """,
    "nouns": """
        bit bits bloke chap fella folk folks fuss gent guy idea lad lady ladies lot lots man men mate mates
        mess moment nonsense others row stuff trick trouble type while
    """,
    "adverbs and the like": """
        across almost along already alongside altogether always among anyway apart around aside away back
        barely because before behind beside between beyond constantly definitely despite directly during
        earlier easily elsewhere enough especially etc even eventually everywhere exactly extremely fairly far
        finally forever forward frequently fully gradually hardly hopefully however immediately indeed inside
        lately later least less literally longer mainly maybe meanwhile mostly near nearly neither never next
        none normally nowadays obviously onto otherwise perhaps possibly probably properly quickly quietly
        quite rarely rather recently regularly seldom seriously several simply since slightly slowly somehow
        sometimes soon straight suddenly than therefore though together totally towards twice unless until upon
        usually via whatever whenever wherever whole whoever within without yesterday yet
    """,
}


_OF_OTHER_SUBJECTS = {
    "work and its pay": """
        apprenticeship apprenticeships career careers cv cvs hiring intern internship internships job jobs mileage
        overtime payday payroll payslip payslips pension pensions rota rotas salaries salary timesheet timesheets
        uniform uniforms vacancies vacancy wage wages
    """,
    "buying and selling": """
        bargain bargains brand brands buying cashback catalogue cheap cheaper cheapest checkout coupon coupons discount
        discounts ebay fees gift gifts hire hiring merchandise ordering price priced prices pricing quote quotes refund
        refunds retail retailer retailers sale sales secondhand shop shopping shops subscription subscriptions
        supermarket warranty wholesale
    """,
    "money and property": """
        bank banking bankrupt bankruptcy bonds broker conveyancing currency dividend dividends estate inheritance
        insurance invoice invoices isa loan loans lottery mortgage mortgages overdraft pension premium property rental
        savings shares stamp tax taxes vat
    """,
    "papers of the state and of clubs": """
        address addresses allotment census citizenship council's electoral immigration licence licences membership
        memberships mot passport passports permit permits planning polling postcode renew renewal renewals renewing visa
        visas vote votes voting
    """,
    "benefits and schools of the state": """
        allowance carers credit credits dwp ehcp esa hmrc jsa ofsted pip senco universal
    """,
    "sport and games": """
        athletics badminton ball basketball bowling boxing championship championships chess climbing cricket crossword
        cycling darts fixture fixtures football gala game games goal goalkeeper golf gymnastics hockey jogging karate
        league marathon match matches netball offside olympic olympics playoff playoffs poker puzzle puzzles quiz race
        races racing rugby running sailing skating skiing snooker soccer sport sports squad stadium striker swimming
        tennis tournament tournaments trophy united walkthrough xbox
    """,
    "shows, music and reading": """
        actor actors album albums art artist artists ballet band bands book books chords cinema comedy concert concerts
        dance dancing drama episode episodes festival festivals film films gallery gig gigs guitar lyrics magazine movie
        movies museum museums music musical novel novels opera orchestra painting paintings photo photograph photography
        photos piano podcast poem poems poetry radio sequel singer singing song songs soundtrack theatre ticket tickets
        trailer tv violin
    """,
    "food and drink": """
        bake baking barbecue bbq biscuit biscuits bread breakfast brunch cafe cake cakes cheese chef chicken chips
        chocolate cocktail cocktails cook cooking curry dessert dinner fish fruit fryer fudge grill grilled jam ketchup
        lunch meat menu menus oven pancake pancakes pasta pie pizza potato potatoes recipe recipes restaurant
        restaurants rice roast roasting salad sandwich sandwiches sauce smoothie smoothies soup soups stew takeaway tea
        vegan vegetable vegetables vegetarian yoghurt
    """,
    "travel": """
        airline airlines airport airports baggage beach bus buses camping campsite caravan caravans coach coaches
        cottage cottages cruise cruises ferries ferry flight flights hotel hotels luggage plane rail railcard railway
        sightseeing station stations timetable timetables tourism tourist tourists train trains tram trip trips weekend
    """,
    "vehicles": """
        bike bikes brake brakes caravan clutch diesel engine engines exhaust garage lorry motorbike motorcycle motorway
        parking petrol roadside traffic truck trucks tyre tyres van vans vehicle vehicles windscreen
    """,
    "house and garden": """
        appliance appliances bathroom boiler boilers bricks builder builders carpet carpets ceiling chimney cleaner
        conservatory cupboard curtain curtains decorating dishwasher drain drains electrician extension fence fencing
        floor flooring flower flowers freezer fridge furniture garden gardening gardens grass greenhouse hammer hedge
        hoover insulation interior lawn leak leaking mattress mould moulding mowing oven paint painting patio plant
        planting plants plaster plumber plumbing radiator radiators recycling roof rubbish seed seeds sink sofa soil
        solar tap taps tile tiles tree trees vacuum wallpaper wardrobe window windows wood
    """,
    "machines": """
        adobe android backup bluetooth browser cable charger charging download downloads excel file files firewall font
        formula gmail hard headphones headset install installation ipad iphone kettle keyboard laptop laptops login
        logon macbook monitor mouse outlook password passwords pdf photoshop powerpoint printer printers printing reboot
        recharge router scanner screen screenshot server sharepoint software spreadsheet spreadsheets tablet television
        toner tv upload uploading usb username wallpaper webcam wifi windows wireless
    """,
    "school": """
        coursework dissertation essay essays exam exams gcse gcses geography graduation homework kindergarten maths
        nursery physics playgroup primary pupil pupils revision scholarship scholarships science spelling student
        students syllabus teacher teachers term tuition tutor tutors undergraduate uni universities university
    """,
    "looks": """
        barber beauty clothes clothing cosmetics cream diet dieting diets dress dresses fashion gel hair haircut
        hairdresser jacket jeans jewellery lipstick lotion makeup manicure massage moisturiser nail nails perfume
        piercing salon shampoo shirt shoe shoes skincare slimming spa tan tattoo tattoos trousers
    """,
    "errands": """
        abroad barrister delivery directions driving errand lawyer lawyers near nearby nearest removals solicitor
        solicitors store stores travel travelling visitor visitors
    """,
    "places": """
        aberdeen africa america amsterdam australia barcelona belfast birmingham blackpool bournemouth bradford brighton
        bristol cambridge canada cardiff china cornwall coventry cumbria derby devon dorset dublin dundee edinburgh
        england essex europe exeter florida france germany glasgow greece hull india ireland italy japan kent lancashire
        leeds leicester lincoln liverpool london majorca malaga manchester middlesbrough newcastle norfolk norway
        norwich nottingham oxford paris peterborough plymouth poland portsmouth portugal preston scotland sheffield
        somerset southampton spain stoke suffolk sunderland surrey sussex swansea wales wolverhampton worcester york
        yorkshire
    """,
    "feasts and families": """
        ancestry anniversary baptism birthday birthdays bridesmaid christening christmas confetti costume costumes
        dating divorce easter entertainer genealogy halloween honeymoon invitation invitations nappies nappy parties
        party playground pram pushchair santa toddler toddlers toy toys wedding weddings
    """,
    "animals": """
        animal animals aquarium bird birds breed breeder breeders calf cat cats cattle chickens cow cows dog dogs farm
        farming fishing fleas foal goat hamster horses kennel kennels kitten kittens lamb parrot pet pets pig pigs
        puppies puppy rabbit rabbits sheep spider spiders vet vets wildlife worming zoo
    """,
    "other branches of health": """
        acne allergies allergy arthritis asthma braces cancer cataract cataracts chemotherapy chiropractor cholesterol
        cosmetic dementia dermatologist diabetes diabetic eczema eyesight fillings fracture fractured fractures glasses
        gynaecology hayfever hearing hernia hip hips implant implants infertility ivf joint joints knee knees lenses
        maternity menopause migraine mole moles newborn optician opticians orthodontist orthopaedic osteoporosis
        paediatric palliative physiotherapy plantar podiatrist prostate rash shingles sinus smear stroke sunburn thyroid
        tonsils varicose verruca wart warts
    """,
    "business, technology and the sciences": """
        advertising agriculture architect astronomy atom biology calculator chemistry concrete construction electricity
        electronic electronics employer's engineer engineering equation estate factory forestry fuel geology gravity
        hydraulic industrial irrigation logistics machinery manufacturing marketing mining moon planet planets plastic
        projectile quantum rocket sewage startup statistics steel telescope textile variables volcano warehouse weather
    """,
}

_SHARED = """
    121 18 999 abuse acid age aggression aggressive alliance anxiety appointment assessment attend attendance bang
    battered beat booking boot bounced bring brought bump care chemist chuck cigarette citric clean client come
    commission commissioner competence complain compliance compliant contingency continue continuity control
    counselling counsellor cow crack cranks crime crisis custody denial deny dependence dependency dependent depot
    depressed depression diff digital dip discharge discrimination diversion domestic done dope dose draw drop dry
    eligibility eligible end engage engagement everything exchange excluded exclusion expel fatal fellowship fit
    fitting flesh follow forge gamble gambling gate gear get ghost grass harass harassment hit hold horse improve
    incentive influence inject injection inpatient integrate integration intensity intervention intimidate jack jail
    judgement kick kill label lager lapse leave listen maintain maintenance mortality motivated motivation needle
    neglect offence offender offending on outcome outreach overheard panel peer perpetrator pharmacist pharmacy pipe
    placement plan plateau pop powder prevalence priority prison probation problem prompt psychiatric psychologist
    psychology put random reach recall reconnect recovery reduce reduction referral refuge rehab rehabilitation
    reinforcement reintegration relaxation release remand reminder replacement reset resettlement residential
    resistance restart retain retention review risk sanction say script see settle shake shame shared shoot
    signposting skunk slip smash social solvent speed spice stabilisation stabilise stable stalking statistics
    steady stick stigma stimulating stoned stress strike struck stuck substance substitute suicide supervise
    supervision support survivor suspend suspension syringe tag takeaway tank taper target tender testing threat
    threaten throw thrown tip track transition trauma triage trigger turf unplanned upper use user victim violence
    violent virus wagon wean weapon weed wheeze whizz withdraw withdrawal withholding works
"""


def is_elsewhere(word: str) -> bool:
    """Whether a word, as it is typed, says that a query is about another subject."""
    return word in _words_of_other_subjects()


def is_shared(single: str) -> bool:
    """Whether a name in this field, as a stem, is a name elsewhere too."""
    return single in _shared_stems()


def is_general(stems: Sequence[str]) -> bool:
    """Whether a phrase, given as stems, holds nothing but general words."""
    return all(single in _general_stems() for single in stems)


def is_plain(word: str) -> bool:
    """Whether a word, as it is typed, is plain. Stems would not do: "felt" is plain, and "felting" is a craft."""
    return word in _plain_words()


@cache
def _general_stems() -> frozenset[str]:
    return frozenset(stem(word) for words in _GENERAL.values() for word in words.split())


@cache
def _words_of_other_subjects() -> frozenset[str]:
    return frozenset(word for words in _OF_OTHER_SUBJECTS.values() for word in words.split())


@cache
def _shared_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in _SHARED.split())


@cache
def _plain_words() -> frozenset[str]:
    verbs = {form for verb in _PLAIN["verbs"].split() for form in _forms(verb)}
    return frozenset(word for words in _PLAIN.values() for word in words.split()) | verbs


def _forms(verb: str) -> set[str]:
    """The regular forms of a verb, and some that nobody writes: dodge, dodges, dodged, dodging; chat, chatted."""
    short = verb.removesuffix("e")
    starts = {short, short + short[-1], f"{verb[:-1]}i" if verb.endswith("y") else short}
    return {verb, f"{verb}s"} | {f"{start}{end}" for start in starts for end in ("es", "ed", "ing")}
