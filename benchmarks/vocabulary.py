"""Say in the guide's words what synthetic tables may hold: programs, services, providers, payment types.

Source: Career Boost Data Entry Guide, "iMatchSkills and I-Trac Data Entry by Program", "iMS Training Services
Data Entry" and "I-Trac and iMS Support Services". Weights (no unit, relative within
one program) are invented.
"""

from typing import Final, NamedTuple


class Offer(NamedTuple):
    """Something a program delivers; `component` is blank where the guide's crosswalk has no row for it."""

    program: str
    control: str
    service: str
    component: str
    weight: float


class Place(NamedTuple):
    """A program at a provider that customers enroll in."""

    program: str
    provider: str
    weight: float


SERVICES: Final = "Services"
FOLLOW_UP: Final = "Follow-Up"
TRAINING: Final = "Training & Education"
WORK_BASED: Final = "Work Based Training"
JOB_SEARCH: Final = "Job Search Training"
RETENTION: Final = "Job Retention"
CAREER_TECHNICAL: Final = "Career/Technical Education or other Vocational Training"
PRE_APPRENTICE: Final = "Pre-Apprenticeship/Apprenticeship"
WORK_BASED_OTHER: Final = "Work Based Learning-Other"
CAREER_BOOST: Final = "Career Boost"
CAREER_BOOST_LONG: Final = "Career Boost – LWA Portland Metro – All Agencies & Projects"
WORKSOURCE: Final = ("WorkSource Adult", "WorkSource Dislocated Worker")
OTHER_PROGRAMS: Final = ("Housing Works", "Keys to Progress", "BTWO3")
UNKNOWN_LABELS: Final = ("Mock Interview Lab", "Phone Call", "Orientation 2019")

COACHING: Final = "Career Coaching"
ASSISTANCE: Final = "Job Search Assistance"
PLANNING: Final = "Career and Resource Planning"
SKILLS: Final = "Occupational Skills Training"
PRE_REQUISITE: Final = "Pre-Requisite Training"
PRE_APPRENTICE_TRAINING: Final = "Pre-Apprenticeship Training"

EOP: Final = ("EOP AHFE", "EOP COEP", "EOP DCJ", "EOP Portland", "EOP WA County")
WITH_SKILLS: Final = {
    "Training-BankWorks": (SKILLS,),
    "Training-CareerWorks": (SKILLS,),
    "Training-Competitive Strategies": (SKILLS, PRE_REQUISITE, PRE_APPRENTICE_TRAINING),
    "Training-Construction ITA": (SKILLS, PRE_APPRENTICE_TRAINING),
    "Training-Hauler": (SKILLS,),
    "Training-Healthcare": (SKILLS, PRE_REQUISITE),
    "Training-Technology": (SKILLS,),
    "Reinvest SNAP": (SKILLS, PRE_REQUISITE, PRE_APPRENTICE_TRAINING),
}
SINGLE: Final = (
    Offer("CCTP", TRAINING, PRE_APPRENTICE_TRAINING, PRE_APPRENTICE, 3.0),
    Offer("PDX Youth@Work", WORK_BASED, "Work Experience", WORK_BASED_OTHER, 3.0),
    Offer("Training-WEX", WORK_BASED, "Internship/Work Experience", WORK_BASED_OTHER, 3.0),
)
PROVIDERS: Final = (
    "WSPM SE",
    "WSPM Centers",
    "IRCO",
    "Constructing Hope",
    "Oregon Tradeswomen",
    "POIC",
    "Portland YouthBuilders",
    *(f"Test Provider {number:02d}" for number in range(8, 41)),
)
SUPPORT: Final = {
    "Books/Fees": ("Textbooks and Supplies",),
    "Tools-Software": ("Textbooks and Supplies",),
    "Child Care": ("Child Care",),
    "Clothing and Personal Care": (
        "Work Clothes/Shoes",
        "Job Search Clothes/Shoes",
        "Other-Personal Hygiene",
    ),
    "Rent Assistance": ("Housing",),
    "Housing Assistance": ("Housing",),
    "Laptop": ("Other",),
    "Employment Documentation": ("ID Application Fees",),
    "Professional Test/License/Organization Fees": ("ID Application Fees",),
    "Tools": ("Work Tools",),
    "Transportation": ("Bus Pass", "Gas Voucher", "Other-Ride Share"),
    "Utilities": ("Internet", "Phone"),
}


def training_component(service: str) -> str:
    """Name the component of a Training & Education service."""
    return PRE_APPRENTICE if service == PRE_APPRENTICE_TRAINING else CAREER_TECHNICAL


def _coached(program: str, services: tuple[str, ...], follow_up: tuple[str, ...]) -> list[Offer]:
    found = [Offer(program, SERVICES, service, JOB_SEARCH, 3.0) for service in services]
    return found + [Offer(program, FOLLOW_UP, service, RETENTION, 1.0) for service in follow_up]


def crosswalk_offers() -> list[Offer]:
    """List the guide's service mappings, one offer each, in the order of the programs above."""
    offers = [*SINGLE]
    for program in EOP:
        everyday = (PLANNING, COACHING, "Career Mapping Workshop", ASSISTANCE)
        offers += _coached(program, everyday, (COACHING, ASSISTANCE))
    offers += _coached("NextGen", (COACHING, "Career Mapping", ASSISTANCE), (COACHING, ASSISTANCE))
    for program, trainings in WITH_SKILLS.items():
        planned = (PLANNING,) if program == "Reinvest SNAP" else ()
        offers += _coached(program, (COACHING, ASSISTANCE, *planned), ())
        offers += [Offer(program, TRAINING, name, training_component(name), 0.5) for name in trainings]
    return offers


def offers() -> list[Offer]:
    """List everything delivered: the crosswalk, and what programs do that Career Boost does not take."""
    outside = [Offer(program, TRAINING, SKILLS, "", 0.3) for program in EOP]
    outside += [Offer(program, FOLLOW_UP, COACHING, "", 0.3) for program in WITH_SKILLS]
    outside += [Offer(single.program, SERVICES, COACHING, "", 4.0) for single in SINGLE]
    return crosswalk_offers() + outside


def _spread(program: str, weight: float, providers: tuple[str, ...]) -> list[Place]:
    return [Place(program, provider, weight / len(providers)) for provider in providers]


def places() -> list[Place]:
    """List every program × provider that customers enroll in, with weights that sum to about 100."""
    found: list[Place] = []
    for position, program in enumerate(EOP):
        found += _spread(program, 12.0, PROVIDERS[7 + 6 * position : 13 + 6 * position])
    found += _spread("NextGen", 9.0, (*PROVIDERS[37:40], "IRCO", "POIC"))
    for program in ("Training-BankWorks", "Training-CareerWorks", "Training-Hauler"):
        found += _spread(program, 4.0, ("WSPM SE",))
    for program in ("Training-Healthcare", "Training-Technology", "Reinvest SNAP"):
        found += _spread(program, 4.0, ("IRCO", *PROVIDERS[7:11]))
    for program in ("Training-Competitive Strategies", "Training-Construction ITA"):
        found += _spread(program, 2.0, PROVIDERS[11:14])
    found += _spread("CCTP", 2.0, PROVIDERS[3:7])
    found += _spread("PDX Youth@Work", 1.0, ("POIC", "IRCO"))
    return found + _spread("Training-WEX", 1.0, ("WSPM Centers", "WSPM SE"))
