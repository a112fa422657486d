"""Searches on a real network of namespaces: what answers is found, and what is hostile harms nobody."""

from typing import Any

import msgspec

from tests.discovery.netns import in_network

RESPOND = "tests.discovery.responders"


def search(names: list[str], script: str) -> Any:
    return msgspec.json.decode(in_network(["hub", *names], script))


def by_address(outcome: Any) -> dict[str, Any]:
    return {device["address"]: device for device in outcome["devices"]}


def test_cameras_that_answer_different_probes_are_all_found() -> None:
    found = by_address(
        search(
            ["one", "two", "three", "four"],
            f"""
            begin one {RESPOND} camera
            begin two {RESPOND} transmitter
            begin three {RESPOND} device
            begin four {RESPOND} anything
            ip netns exec hub $PYTHON -m tests.discovery.seek ws-discovery 1.5
            """,
        )
    )
    # The three that share one MAC are one device, and that they differ in their address is told.
    assert {claim["value"] for device in found.values() for claim in device["differing"]} >= {
        "10.77.0.2",
        "10.77.0.3",
        "10.77.0.4",
        "10.77.0.5",
    }


def test_an_answer_that_names_another_address_is_shown_at_its_sender_and_harmless() -> None:
    found = by_address(
        search(
            ["camera", "forger"],
            f"""
            begin camera {RESPOND} camera
            begin forger {RESPOND} forger
            ip netns exec hub $PYTHON -m tests.discovery.seek ws-discovery 1.5
            """,
        )
    )
    assert set(found) == {"10.77.0.2", "10.77.0.3"}
    assert found["10.77.0.2"]["port"] == 8080
    assert found["10.77.0.2"]["name"] == "North gate"
    assert found["10.77.0.3"]["name"] == "root"
    assert "192.0.2.66" not in str(found)


def test_bombs_floods_and_nonsense_do_not_keep_a_camera_from_being_found() -> None:
    outcome = search(
        ["camera", "bomb", "large", "nonsense", "flood"],
        f"""
        begin camera {RESPOND} camera
        begin bomb {RESPOND} bomb
        begin large {RESPOND} large
        begin nonsense {RESPOND} nonsense
        begin flood {RESPOND} flood
        ip netns exec hub $PYTHON -m tests.discovery.seek ws-discovery 2
        """,
    )
    found = by_address(outcome)
    assert found["10.77.0.2"]["name"] == "North gate"
    # 10.77.0.3: the bomb, 10.77.0.4: too large. What floods is heard a hundred times and no more.
    assert not {"10.77.0.3", "10.77.0.4"} & set(found)
    assert 0 < sum(device["address"] == "10.77.0.6" for device in outcome["devices"]) <= 100
    assert [each["state"] for each in outcome["progress"]] == ["done"]


def test_a_passive_search_hears_a_camera_that_says_hello_and_asks_nobody() -> None:
    outcome = search(
        ["hello", "asked"],
        f"""
        begin hello {RESPOND} hello
        begin asked {RESPOND} camera
        ip netns exec hub $PYTHON -m tests.discovery.seek ws-discovery 1 passive
        """,
    )
    assert list(by_address(outcome)) == ["10.77.0.2"]


# Avahi gives its folder to a user of its own; in a user namespace there is nobody but root to be that user.
AVAHI = r"""
echo 'avahi:x:0:0::/:/bin/sh' > /run/passwd
echo 'avahi:x:0:' > /run/group
mount --bind /run/passwd /etc/passwd
mount --bind /run/group /etc/group
mount -t tmpfs none /etc/avahi
mkdir /etc/avahi/services
cat > /etc/avahi/avahi-daemon.conf <<END
[server]
host-name=axis-accc8e000001
use-ipv6=no
enable-dbus=no
[publish]
publish-workstation=no
END
cat > /etc/avahi/services/axis.service <<END
<?xml version="1.0" standalone='no'?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>AXIS P3245 - ACCC8E000001</name>
<service><type>_axis-video._tcp</type><port>80</port><txt-record>macaddress=ACCC8E000001</txt-record></service>
<service><type>_rtsp._tcp</type><port>554</port></service>
</service-group>
END
cat > /etc/avahi/services/printer.service <<END
<?xml version="1.0" standalone='no'?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>Printer on floor 2</name><service><type>_http._tcp</type><port>80</port></service></service-group>
END
"""
START_AVAHI = (
    "ip netns exec camera avahi-daemon --no-drop-root --no-chroot --no-rlimits --no-proc-title >/run/camera.out 2>&1 &"
)
UNTIL_READY = 'until grep -qs "Service \\"AXIS.*successfully" /run/camera.out; do sleep 0.05; done'


def test_an_independent_responder_is_found_by_mdns_and_a_printer_is_not() -> None:
    outcome = search(
        ["camera"],
        f"{AVAHI}\n{START_AVAHI}\n{UNTIL_READY}\nip netns exec hub $PYTHON -m tests.discovery.seek mdns 1.5",
    )
    (device,) = outcome["devices"]
    assert device["address"] == "10.77.0.2"
    assert device["port"] == 80
    assert device["mac"] == "ac:cc:8e:00:00:01"
    assert device["maker"] == "Axis"
    assert device["drivers"][0] == "axis"
    assert device["name"] == "AXIS P3245"


def test_a_responder_that_comes_up_is_heard_without_asking() -> None:
    outcome = search(
        ["camera"],
        f"{AVAHI}\n(sleep 1; {START_AVAHI[:-2]}) &\nip netns exec hub $PYTHON -m tests.discovery.seek mdns 4 passive",
    )
    assert [device["address"] for device in outcome["devices"]] == ["10.77.0.2"]


ASK = "ip netns exec hub $PYTHON -m tests.discovery.asking"


def test_questions_go_out_twice_and_answers_come_back_to_the_interface_that_asked() -> None:
    said = in_network(
        ["hub", "near"],
        f"begin near {RESPOND} echo 239.1.2.3 4000\n{ASK} 0 10.77.0.1\ncat /run/near.out",
    ).splitlines()
    assert said.count("answer 10.77.0.2 heard who") == 2
    assert sum(line.startswith("10.77.0.1:") for line in said) == 2


def test_a_broadcast_reaches_a_device_that_is_in_no_group_and_has_a_foreign_address() -> None:
    said = in_network(
        ["hub", "far"],
        f"""
        ip netns exec far ip addr flush dev eth0
        ip netns exec far ip addr add 192.168.1.64/24 dev eth0
        ip netns exec far ip route add default dev eth0
        begin far {RESPOND} echo 239.9.9.9 4000
        {ASK} 0 10.77.0.1 broadcast
        """,
    ).splitlines()
    assert said.count("answer 192.168.1.64 heard who") == 2


def test_a_fixed_port_is_shared_with_who_has_it_already() -> None:
    said = in_network(
        ["hub", "near"],
        f"""
        ip netns exec hub $PYTHON -m {RESPOND} echo 239.1.2.3 4001 > /run/other.out &
        until grep -q ready /run/other.out; do sleep 0.02; done
        begin near {RESPOND} echo 239.1.2.3 4000
        {ASK} 4001 10.77.0.1
        cat /run/near.out
        """,
    ).splitlines()
    # The kernel gives what comes to the shared port to whoever bound it last.
    assert said.count("answer 10.77.0.2 heard who") == 2
    assert said.count("10.77.0.1:4001 who") == 2
