from donors.people.countries import COUNTRIES, country_name


def test_a_country_has_its_french_name() -> None:
    assert country_name("FR") == "France"
    assert country_name("vn") == "Viêt Nam"
    assert country_name("CI") == "Côte d’Ivoire"


def test_an_unknown_code_stays_readable() -> None:
    assert country_name("ZZ") == "ZZ"
    assert country_name("") == ""


def test_every_line_of_the_list_is_a_code_and_a_name() -> None:
    assert len(COUNTRIES) == 250  # ISO 3166-1 and Kosovo
    for code, name in COUNTRIES.items():
        assert len(code) == 2
        assert code.isupper()
        assert name == name.strip()
        assert name[0].isupper()


def test_no_two_codes_share_a_name() -> None:
    assert len(set(COUNTRIES.values())) == len(COUNTRIES)
