"""The record to a log server, as RFC 5424 or CEF. See README.md."""

from hub.api import RegisterService, hookimpl


@hookimpl
def hub_register_services(register: RegisterService) -> None:
    from hub_syslog.options import SyslogOptions
    from hub_syslog.service import Syslog

    register("syslog", Syslog, options=SyslogOptions)
