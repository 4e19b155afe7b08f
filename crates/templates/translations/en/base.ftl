title-error = Error:{" "}
skip = Skip to main content
signed-in-as = Signed in as { $name }
footer = { $service }
distance-today = today
distance-ahead = { $days ->
    [one] in { $days } day
   *[other] in { $days } days
}
distance-years-ahead = in { $years } years
distance-past = { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}
until-date = valid until { $date }
back-front = Back to the front page

steps-label = Steps
steps-apply = Apply
steps-mail = E-mail
steps-pickup = Pick up
steps-import = Import
steps-proof = Check
steps-here = you are here

device-windows = Windows 10 / 11
device-windows-old = Older Windows (8.1 and before, Server 2016 and before)
device-macos = macOS (Mac)
device-ios = iPhone / iPad
device-android = Android
device-linux = Chrome on Linux
device-firefox = Firefox (on any system)

standing-not-picked-up = Not picked up
standing-valid = Valid
standing-on-hold = On hold
standing-revoked = Revoked
standing-expired = Expired
user-state-active = Active
user-state-suspended = Suspended
tenant-state-active = Active
tenant-state-suspended = Suspended
tenant-state-ended = Ended
tenant-state-contract-in-grace = Contract ended (days of grace)
tenant-state-contract-over = Contract ended
progress-not-invited = No invitation
progress-invited = Invited
progress-applied = Applied
progress-picked-up = Picked up
progress-proved = Checked
role-operator = Operator
role-administrator = Administrator
role-auditor = Auditor
role-user = User

act-revoke = Revoke
act-hold = Put on hold
act-release = Release the hold
act-cancel = Cancel and go back

nav-label = Menu
nav-home = Home
nav-users = Users
nav-applications = Applications
nav-import = CSV import
nav-portal = Announcements and links
nav-audit = Activity log
nav-devices = My devices
nav-tenants = Tenants
nav-tenant-new = Add a tenant
