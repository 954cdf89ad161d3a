import runpy
from pathlib import Path

FOLDER = Path(__file__).parents[1]
MODULE = runpy.run_path(str(FOLDER / "write_config.py"))


def test_the_file_is_the_one_that_is_written() -> None:
    assert (FOLDER / "nginx.conf").read_text() == MODULE["configuration"]()


def test_what_is_not_for_the_outside_is_refused_before_anything_is_passed_on() -> None:
    text = (FOLDER / "nginx.conf").read_text()
    refused = text.index("location ~ ^/(metrics|documents)(/|$)")
    assert refused < text.index("proxy_pass")
    assert text[refused:].split("}")[0].count("return 404") == 1


def test_every_way_to_the_gateway_says_who_asks_and_how() -> None:
    places = (FOLDER / "nginx.conf").read_text().split("location ")
    proxied = [place for place in places if "proxy_pass" in place]
    assert len(proxied) == 3
    for place in proxied:
        for header in MODULE["PROXY_HEADERS"]:
            assert f"proxy_set_header {header};" in place
