"""What goes wrong on the way to the hub, and with files of one's own, before the hub is asked."""

from hub.locale import N_

OF_CLIENT: tuple[str, ...] = (
    N_("You may not use the socket of the hub in {where}."),
    N_("Use the account of the operating system that runs the hub, or name the hub's URL."),
    N_("No hub runs on the site in {where}."),
    N_("{where} is not an address of a hub."),
    N_("It looks like http://127.0.0.1:8080."),
    N_("The hub's answer is larger than {n} MB."),
    N_("The hub's answer cannot be understood: {reason}."),
    N_("The hub answered with status {n} and nothing that this client understands."),
    N_("Are the hub and this client of the same version?"),
    N_("The hub's metrics have no end."),
    N_("The hub did not give its metrics: {reason}."),
    N_("See `hub status` for whether it runs."),
    N_("{name} cannot be written: {reason}."),
    N_("Name another file."),
    N_("{name} cannot be read: {reason}."),
    N_("Name a file on this machine."),
    N_("{name} is larger than {n} MB."),
    N_("{name} unpacks to more than {n} MB."),
    N_("Split it."),
    N_("Make it smaller."),
    N_("{name} is neither UTF-8 nor GB 18030."),
    N_("Save it as CSV in UTF-8."),
    N_("{name} is no workbook that can be read: {reason}."),
    N_("Save it as XLSX, or as CSV."),
    N_("{name} is neither a JPEG or PNG picture nor a PDF."),
    N_("No door for the player could be opened: {reason}."),
    N_("{name} cannot be started: {reason}."),
)
