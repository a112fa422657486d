"""What services say of servers that they need: sentences that `hub.tui.refusals` recognises and translates."""

from hub.locale import N_

OF_SERVICES: tuple[str, ...] = (
    N_("The log server {where} cannot be reached: {reason}."),
    N_("The log server {where} did not answer in time."),
    N_("The log server {where} closed the connection."),
    N_("The broker {where} cannot be reached: {reason}."),
    N_("The broker {where} did not answer in time."),
    N_("The broker {where} refuses the connection: {reason}."),
    N_("The broker {where} refuses what is published for Home Assistant at {topic}: {reason}."),
    N_("The certificate of {where} is not trusted: {reason}."),
)
