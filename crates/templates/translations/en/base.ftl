title-error = Error:{" "}
skip = Skip to main content
signed-in-as = Signed in as { $name }
manual-link = Manual
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
back-form = Back to the form

steps-label = Steps
steps-apply = Apply
steps-mail = E-mail
steps-pickup = Pick up
steps-import = Import
steps-proof = Check
steps-renew = Renew
steps-here = you are here
steps-this = this page

device-windows = Windows 10 / 11
device-windows-old = Older Windows (7, 8.1, Server 2016 and before)
device-macos = macOS (Mac)
device-ios = iPhone / iPad
device-android = Android
device-chromeos = Chromebook (ChromeOS)
device-linux = Chrome on Linux
device-firefox = Firefox (on any system)

standing-not-picked-up = Not picked up
standing-valid = Valid
standing-suspended = Suspended
standing-on-hold = On hold
standing-revoked = Revoked
standing-expired = Expired
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

nav-open = Open the menu
nav-close = Close the menu
nav-label = Menu
nav-home = Home
nav-users = Users
nav-applications = Applications
nav-waiting = waiting
nav-import = CSV import
nav-portal = Announcements and links
nav-settings = Settings
nav-audit = Activity log
nav-devices = My devices
nav-tenants = Tenants
nav-tenant-new = Add a tenant

# Mail: on a user's page and at the console
mail-purpose = What it brings
mail-purpose-invitation = Invitation with a one-time password
mail-purpose-pin = PIN for picking up
mail-purpose-notice = News
mail-standing = Delivery
mail-standing-queued = Waiting
mail-standing-delayed = Not delivered yet
mail-standing-sent = Sent
mail-standing-refused = No such address
mail-standing-given-up = Given up
mail-trouble-server = The mail server took no mail from this service. The mail leaves by itself once the service provider has repaired this.
mail-trouble-later = The mail server put this mail off.
mail-trouble-no-recipient = The mail server says that this address does not exist. Correct the address, then invite again.
mail-trouble-closed = What it contained has run out or was replaced.
mail-trouble-stale = It waited so long that its news was out of date.
mail-trouble-unreadable = It could not be put together.
mail-next = Next try: { $at }
mail-words = Answer of the mail server
mail-acts = Acts
mail-to = To
mail-newest = Newest mail
mail-resend-means = A mail with a password or PIN that you send again contains a new one. The one before no longer works.
mail-resend-invitation = Send a new invitation
mail-resend-pin = Send a new PIN
mail-resend-notice = Try again now
user-mails-title = Mails
user-mail-trouble = The newest mail has not been delivered. See what happened
user-mails-none = No mail was sent to this user in the last day, and none waits.
notice-mail-resent = A mail with a new password or PIN is on its way.
notice-mail-tried = The mail server is being tried again.
notice-mail-not-resent = This mail cannot be sent again: what it was about is over, or its text was erased. Invite the user again if needed.
nav-mail = Mail
notice-mail-before = There is a newer mail that brings the same, so nothing was sent.
