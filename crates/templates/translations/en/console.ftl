field-tenant-name = Company
field-slug = Site name (first part of the address)
field-organization = Organisation
field-organizational-unit = Unit
field-contract-number = Contract number
field-seats = Number of certificates
field-valid-until = Contract valid until
field-administrator-email = First administrator's e-mail address
field-support-contact = Whom to ask
field-upstream = Application
console-mail-title = Mail
console-mail-waiting = Waiting
console-mail-delayed = of these, tried and not taken
console-mail-refused = No such address (30 days)
console-mail-given-up = Given up (30 days)
console-mail-mend = Repair what the mail server complains of; sekisho mail test ADDRESS on the server shows its answers step by step. What waits then leaves by itself, or at once with this button.
console-mail-retry = Try all again now
console-mail-none = Every mail was taken.
console-mail-older = Older ones
tenants-none = There are no tenants yet. Add the first one.
tenants-none-match = No tenant matches.
tenants-back = Back to all tenants
tenant-state = State
tenant-site = Service
tenant-desk = Administration
tenant-portal = Standard portal
tenant-new-lead = This makes the tenant's issuer, the addresses of its service and of Administration, the contract sheet and data_entry.txt.
tenant-new-go = Add the tenant
tenant-slug-hint = First part of the addresses of the service and of Administration: lower-case letters, digits and hyphens. It cannot be changed later.
tenant-slug-owner = Open the tenant that has this site name
tenant-organization-hint = Written into certificates. Plain letters without accents, for example Sample Co., Ltd.
tenant-administrator-email-hint = Only the person at this address can apply with the contract sheet.
tenant-support-contact-hint = Shown to those who could not get in, for example “IT department, extension 1234”. Left empty: the service's own contact.
tenant-upstream-hint = For example http://127.0.0.1:5232. Leave it empty for the standard portal.
field-administrator-name = First administrator's name
field-header-user = Headers for the login name
field-header-user-at-tenant = Headers for login@tenant
field-header-id = Headers for the permanent id
field-header-email = Headers for the e-mail address
field-header-tenant = Headers for the tenant's site name
field-header-groups = Headers for the groups
field-header-assertion = Headers for the signed assertion (JWT)
field-header-client-cert = Headers for the certificate (RFC 9440)
field-removed-headers = Headers that are only removed
field-answer-wait-seconds = Wait for an answer, in seconds
field-requests-max = Requests under way at most
field-websockets-max = WebSockets open at most
field-encoded-slashes = Let %2F in addresses through
field-apple-401 = Give Apple's browsers a 401 where the application answers a page with 403
field-own-connections = Keep connections to the application apart
field-user-at-tenant = Login name with tenant (login@tenant)
field-permanent-id = Permanent id
field-assertion = Signed assertion (JWT)
field-client-cert = Certificate (RFC 9440)
tenant-administrator-name-hint = Used in e-mails to this person, for example 山田 花子 or Anna Müller
tenant-headers = Headers of its own
tenant-upstream-go = Set the application
upstream-title = Set the application
upstream-lead = The application that the people of { $name } use as their service, once a certificate was checked. It changes with the next request after you save.
upstream-headers-title = Headers of the application's own
upstream-headers-hint = Sekisho-User and its like are always sent. Fill these in only if the application asks for other names, such as remote-user. Divide several by commas.
upstream-removed-hint = Names that the application reads but nobody may send, such as x-portal-admin. With each name here or above its relatives are removed as well.
upstream-conduct-title = Dealing with the application
upstream-conduct-hint = What stands here is right for most applications.
upstream-answer-wait-hint = 1 to 7200. Phones that wait for new mail (ActiveSync) need 3600, long reports what they take.
upstream-requests-max-hint = Leave it empty for the number that holds for everybody.
upstream-websockets-max-hint = Leave it empty for the number that holds for everybody.
upstream-encoded-slashes-hint = Only if the application has addresses with an encoded slash and tells it from a plain one.
upstream-apple-401-hint = Safari and the browsers on iPhone and iPad may not show a page that comes with 403. Only if the application answers pages with 403.
upstream-own-connections-hint = Only if the application takes a connection for a person. For NTLM and Negotiate this happens by itself.
tenant-notice-suspended = The tenant is suspended. Nobody of it gets in from the next request on.
tenant-notice-resumed = The tenant is active again.
tenant-notice-ended = The tenant has ended. Some minutes from now its certificates are in the revocation list.
tenant-notice-saved = Saved.
tenant-notice-contract-changed = The contract is changed.
contract-title = Change the contract
contract-lead = Change how many certificates { $name } may have, and until when.
contract-in-grace = The contract has ended. No new certificates are issued. Nobody gets in from { $date } on. If you extend it, certificates are issued again at once.
contract-suspended = The contract has ended, so nobody has got in since { $date }. If you extend it, people get in again with their next request.
contract-suspended-by-hand = This tenant is suspended and stays so when you change the contract. To let its people in again, press [Resume] on the tenant's page.
contract-seats-hint = For fewer than are in use, have the tenant's administrator revoke some first.
contract-valid-until-hint = The contract is good until the end of this day.
contract-end-what = { $days ->
    [one] From the day after, no new certificates are issued. One day later nobody of the tenant gets in.
   *[other] From the day after, no new certificates are issued. { $days } days later nobody of the tenant gets in.
}
contract-kept = The data_entry.txt that you handed over and the certificates issued already stay good. Certificates on hold or revoked and suspended users stay as they are.
contract-go = Change the contract
tenant-suspend-title = Suspend a tenant
tenant-suspend-what = Nobody of { $name } gets in from the next request on.
tenant-suspend-undo = You can resume the tenant later. Certificates are not revoked.
tenant-suspend-go = Suspend
tenant-resume-title = Resume a tenant
tenant-resume-what = The people of { $name } can use the service again.
tenant-resume-undo = You can suspend the tenant again.
tenant-resume-go = Resume
tenant-end-title = End a tenant
tenant-end-what = { $name } ends for good. Its certificates are listed as revoked.
tenant-end-undo = This cannot be undone. Its records stay, and its site name cannot be used by another tenant.
tenant-end-go = End for good
tenant-edit-title = Change the settings
tenant-edit-lead = Change { $name }'s name, contact and settings. What stands in certificates, such as the organisation, cannot be changed.
tenant-policy = Settings for applications and certificates
tenant-policy-hint = Changes take effect with the next application or certificate. Certificates that were issued stay as they are.
tenant-compat-hint = Devices up to macOS 14, iOS 17 and Android 13 need it.
tenant-users = Users
tenant-administrators = Administrators
tenant-pickups-title = Pickups of administrators and auditors
tenant-pickups-lead = The PIN goes to them by e-mail. If one of them cannot read it, make sure who it is, then show a new PIN and hand it over. The PIN before stops working. The person is told by e-mail.
field-approval-required = An administrator approves what invited people apply for
field-pin-delivery = How PINs reach people
pin-delivery-mail = By e-mail to the person
pin-delivery-administrator = An administrator sees and hands over
tenant-pin-delivery-hint = Where people need a certificate to read their mail, choose “An administrator sees and hands over”. The PINs of administrators and auditors go by e-mail in any case.
field-printed-slips-allowed = One-time passwords may be handed out on paper
field-compat-pkcs12-allowed = Files with the older encryption may be handed out
field-certificate-days = Life of a certificate, in days
field-pin-lifetime-hours = Life of a PIN, in hours
field-invitation-days = Life of an invitation, in days
field-renewal-window-days = Renewal is possible this many days before the end
field-renewal-grace-days = The old certificate lasts this many days beside the new one
field-new-file-days = A new file without the administrator, days after the pickup
tenant-renewal-grace-hint = Counted from the day on which the new certificate was first used here.
tenant-new-file-hint = For people who cannot open their file because the password is not the one they remember. 0: an administrator does it.
policy-approval-required-yes = An administrator approves each application
policy-approval-required-no = Applications are accepted at once
policy-pin-delivery-mail = PINs go to people by e-mail
policy-pin-delivery-administrator = An administrator sees the PINs of users and hands them over
policy-printed-slips-allowed-yes = One-time passwords may be handed out on paper
policy-printed-slips-allowed-no = One-time passwords go out by e-mail only
policy-compat-pkcs12-allowed-yes = Files with the older encryption may be handed out
policy-compat-pkcs12-allowed-no = Files with the older encryption are not handed out
policy-certificate-days = Certificates are good for { $number } { $number ->
    [one] day
   *[other] days
}
policy-pin-lifetime-hours = PINs are good for { $number } { $number ->
    [one] hour
   *[other] hours
}
policy-renewal-window-days = Certificates can be renewed from { $number } { $number ->
    [one] day
   *[other] days
} before their end
policy-renewal-grace-days = After a renewal or a new device, the old certificate lasts { $number } more { $number ->
    [one] day
   *[other] days
}
policy-new-file-days = { $number ->
    [0] A new file for a forgotten file password comes from an administrator only
    [one] A person can have a new file for a forgotten file password within a day of the pickup
   *[other] A person can have a new file for a forgotten file password within { $number } days of the pickup
}
policy-invitation-days = Invitations are good for { $number } { $number ->
    [one] day
   *[other] days
}
profile-title = Certificate profile
profile-lead = What stands in { $name }'s certificates, and in which form each kind of device gets them. It applies to certificates made from now on; those that were issued stay as they are.
profile-desk-lead = What stands in your company's certificates, and in which form each kind of device gets them. It applies to certificates made from now on.
profile-device = Device
profile-key = Key
profile-file = Encryption of the PKCS12 file
profile-ask = Only your service provider can change these settings. Ask there if you need something else.
profile-back = Back to Home
profile-life-title = Life and devices
field-one-per-device = One certificate for each device
profile-one-per-device-hint = Someone who applies again for a device of the same name is refused at the device's name and led to renewal or replacement.
profile-contents-title = What stands in the certificate
profile-contents-hint = Name, organisation and e-mail address always do.
field-unit-in-subject = Write the organisational unit (OU)
profile-unit-hint = { $unit ->
    [none] No unit is on record for this tenant.
   *[other] The unit on record: { $unit }
}
field-principal-name = User principal name (UPN)
profile-principal-name-hint = The name by which a Windows domain (Active Directory) knows a person. If nothing uses it, leave it out.
principal-name-none = None
principal-name-email = The e-mail address
principal-name-login-name = Login name and domain
field-principal-domain = Domain of the UPN
profile-principal-domain-hint = Used with “Login name and domain”, for example corp.example. Where login names have a fixed ending, the part before it is used. Someone whose login name has another @ gets no UPN.
profile-purposes-title = Purposes
profile-purposes-hint = Every certificate opens the service (client authentication). Choose what else it is for.
field-email-protection = Also for signed and encrypted e-mail (S/MIME)
profile-email-protection-hint = Receiving encrypted e-mail needs an RSA key. The service keeps no copy of private keys: with the certificate, older encrypted e-mail is lost.
field-smart-card-logon = Also for logging on to a Windows domain
profile-smart-card-logon-hint = Needs a UPN, and this tenant's certification authority must be known to the domain.
profile-devices-title = Keys and files by kind of device
profile-devices-hint = “Automatic” is the surest form for that device. A later version may change it, once a better one has been tried there. RSA keys of 3072 and 4096 bits take long to make, so people may wait at the pickup.
key-kind-auto = Automatic
key-kind-auto-is = Automatic ({ $kind })
key-kind-p-256 = Elliptic curve P-256
key-kind-p-384 = Elliptic curve P-384
key-kind-rsa-2048 = RSA, 2048 bits
key-kind-rsa-3072 = RSA, 3072 bits
key-kind-rsa-4096 = RSA, 4096 bits
pkcs12-kind-auto = Automatic
pkcs12-kind-auto-is = Automatic ({ $kind })
pkcs12-kind-modern = Newer encryption (AES)
pkcs12-kind-compat = Older encryption (3DES)
profile-one-per-device-yes = Each device gets one certificate
profile-one-per-device-no = A device may get any number of certificates
profile-unit-yes = The organisational unit (OU) stands in certificates
profile-unit-no = The organisational unit (OU) does not stand in certificates
profile-principal-none = No user principal name (UPN) stands in certificates
profile-principal-email = The e-mail address stands in certificates as the user principal name (UPN)
profile-principal-login-name = “login name@{ $domain }” stands in certificates as the user principal name (UPN)
profile-email-protection-yes = Certificates are also for signed and encrypted e-mail (S/MIME)
profile-email-protection-no = Certificates are not for signed and encrypted e-mail (S/MIME)
profile-smart-card-logon-yes = Certificates are also for logging on to a Windows domain
profile-smart-card-logon-no = Certificates are not for logging on to a Windows domain
field-key-windows = Windows 10 / 11: key
field-pkcs12-windows = Windows 10 / 11: file
field-key-windows-old = Older Windows: key
field-pkcs12-windows-old = Older Windows: file
field-key-macos = macOS: key
field-pkcs12-macos = macOS: file
field-key-ios = iPhone / iPad: key
field-pkcs12-ios = iPhone / iPad: file
field-key-android = Android: key
field-pkcs12-android = Android: file
field-key-chromeos = Chromebook: key
field-pkcs12-chromeos = Chromebook: file
field-key-linux = Chrome on Linux: key
field-pkcs12-linux = Chrome on Linux: file
field-key-firefox = Firefox: key
field-pkcs12-firefox = Firefox: file
tenant-sheet-address-open = No certificate has been picked up yet, so you can correct the address. The password of the former sheet and a PIN that went to the former address then open nothing.
tenant-sheet-address-settled = This person has picked up a certificate. Addresses are changed, and administrators added, in the company's Administration under [Users].
tenant-sheet-title = Make a new contract sheet
tenant-sheet-what = This makes a new contract sheet and a new data_entry.txt for { $name }. The password (for the administrator) is a new one; the old one stops working.
tenant-sheet-undo = Certificates issued already are not affected.
tenant-sheet-go = Make a new sheet
sheet-made-title = The contract sheet is ready
sheet-made-until = Save both files and hand them over safely. Only you, who made the sheet, can open this page, until { $until }. If you need it later, make a new sheet, which has a new password.
sheet-made-data-entry-hint = If the button above does not save it, copy this into a file named data_entry.txt and hand it over together with the sheet.
sheet-made-save-sheet = Save the contract sheet (to print)
sheet-made-save-data-entry = Save data_entry.txt
sheet-made-done = To the tenant's page
sheet-gone-title = This contract sheet cannot be shown any more
sheet-gone-why = A contract sheet can be opened by the person who made it, for { $minutes } minutes, and not after the administrator has applied or a new sheet was made.
sheet-gone-now = If you have saved or printed the newest sheet, there is nothing to do. If not, make a new one. It has a new password, and the old one stops working.
sheet-gone-go = Make a new contract sheet
sheet-title = Contract sheet
sheet-for = For { $tenant }
sheet-made-at = Made
sheet-keep = This sheet has secrets on it. Keep it where only the administrator can see it.
sheet-first-title = For the first administrator
sheet-administrator-email = Administrator's e-mail address
sheet-password = Password (for the administrator)
sheet-password-once = The password works once, for the application of the first administrator, until { $until }.
sheet-steps-title = How to begin
sheet-step-1 = Open the public site, press [Apply for a personal certificate] and choose [I got a contract sheet].
sheet-step-2 = Load data_entry.txt there, enter the e-mail address and the password above, and apply.
sheet-step-3 = Follow the pickup e-mail: pick up the certificate and import it.
sheet-step-4 = Open Administration and add your users (step 2).
sheet-qr = QR code of the public site { $address }
sheet-qr-caption = Public site
sheet-addresses-title = Addresses
sheet-public = Public site (apply, pick up)
sheet-site = The service (certificate needed)
sheet-desk = Administration (certificate needed)
sheet-licence-title = Your contract
sheet-data-entry-title = About data_entry.txt
sheet-data-entry = This file comes with the sheet and holds the licence key. Use it as it is: a changed file is refused. Opening and saving it in Notepad does no harm.
sheet-support-title = Questions
tenant-names = Login names and e-mail addresses
tenant-names-hint = Set these where an application serves several tenants. Users of before who do not fit go on, with a warning on their page.
field-login-suffix = Login names end in
field-email-domains = E-mail addresses are at
field-vouched-domains = An administrator's word proves addresses at
tenant-login-suffix-hint = For example @kanto. Empty: any login name.
tenant-email-domains-hint = Domains such as kanto.example, divided by commas. Empty: any address.
tenant-vouched-domains-hint = For people whose mail lies behind the gate, so that no code reaches them. Only domains of which all addresses belong to this tenant.
tenant-misfits = { $users ->
    [one] One of them does not fit.
   *[other] { $users } of them do not fit.
}
tenant-shared-in-doubt = Tenant “{ $other }” has the same application, which could take people of one tenant for people of the other. Map headers to login@tenant, the permanent id or the signed assertion only, for both tenants.
tenant-notice-approved = Approved. The PIN is on its way.
tenant-waiting = Applications that wait for you
tenant-waiting-why = No administrator of this company has a certificate that opens Administration, so nobody there can decide. Ask the person by a way that you know before you approve.
tenant-waiting-act = Decide
tenant-waiting-approve = Approve
tenant-waiting-reject = To turn one down: sekisho application reject REFERENCE --tenant SLUG --reason TEXT
