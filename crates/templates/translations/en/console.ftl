field-tenant-name = Company
field-slug = Short name
field-organization = Organisation
field-organizational-unit = Unit
field-contract-number = Contract number
field-seats = Number of certificates
field-valid-until = Contract until
field-administrator-email = First administrator's e-mail address
field-support-contact = Whom to ask
field-upstream = Application
tenants-none = There are no tenants yet. Add the first one.
tenants-none-match = No tenant matches.
tenants-back = Back to all tenants
tenant-state = State
tenant-site = Site
tenant-desk = Desk
tenant-portal = Built-in portal
tenant-new-lead = This makes the tenant's issuer and site, the contract sheet and data_entry.txt.
tenant-new-go = Add the tenant
tenant-slug-hint = First part of the site's name: lower-case letters, digits and hyphens. It cannot be changed later.
tenant-organization-hint = Written into certificates. Plain letters without accents, for example Sample Co., Ltd.
tenant-administrator-email-hint = Only the person at this address can apply with the contract sheet.
tenant-support-contact-hint = Shown to those who could not get in, for example “IT desk, extension 1234”. Left empty: the service's own contact.
tenant-upstream-hint = For example http://127.0.0.1:5232. Leave it empty for the built-in portal.
field-administrator-name = First administrator's name
field-header-user = Headers for the login name
field-header-email = Headers for the e-mail address
field-header-tenant = Headers for the tenant's short name
field-header-groups = Headers for the groups
tenant-administrator-name-hint = Used in e-mails to this person, for example 山田 花子 or Anna Müller
tenant-headers = Headers of its own
tenant-upstream-go = Set the application
upstream-title = Set the application
upstream-lead = The application behind the site of { $name }, once a certificate was checked. It changes with the next request after you save.
upstream-headers-title = Headers of the application's own
upstream-headers-hint = Sekisho-User and its like are always sent. Fill these in only if the application asks for other names, such as remote-user. Divide several by commas.
tenant-notice-suspended = The tenant is suspended. Nobody of it gets in from the next request on.
tenant-notice-resumed = The tenant is active again.
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
tenant-edit-title = Change the settings
tenant-edit-lead = Change { $name }'s name, contact and policy. What stands in certificates, such as the organisation, cannot be changed.
tenant-policy = Policy
tenant-policy-hint = Changes take effect with the next application or certificate. Certificates that were issued stay as they are.
tenant-compat-hint = Devices up to macOS 14, iOS 17 and Android 13 need it.
tenant-users = Users
tenant-administrators = Administrators
field-approval-required = An administrator approves what invited people apply for
field-printed-slips-allowed = One-time passwords may be handed out on paper
field-compat-pkcs12-allowed = Files with the older encryption may be handed out
field-certificate-days = Life of a certificate, in days
field-pin-lifetime-hours = Life of a PIN, in hours
field-invitation-days = Life of an invitation, in days
policy-approval-yes = An administrator approves each application
policy-approval-no = Applications are accepted at once
policy-slips-yes = One-time passwords may be handed out on paper
policy-slips-no = One-time passwords go out by e-mail only
policy-compat-yes = Files with the older encryption may be handed out
policy-compat-no = Files with the older encryption are not handed out
policy-certificate-days = Certificates are good for { $days } { $days ->
    [one] day
   *[other] days
}
policy-pin-hours = PINs are good for { $hours } { $hours ->
    [one] hour
   *[other] hours
}
policy-invitation-days = Invitations are good for { $days } { $days ->
    [one] day
   *[other] days
}
tenant-sheet-address-open = No certificate has been picked up yet, so you can correct the address. A PIN that went to the former address then opens nothing.
tenant-sheet-address-settled = This person has picked up a certificate. Addresses are changed, and administrators added, at the company's desk under [Users].
tenant-sheet-title = Make a new contract sheet
tenant-sheet-what = This makes a new contract sheet and a new data_entry.txt for { $name }. The password (for the administrator) is a new one; the old one stops working.
tenant-sheet-undo = Certificates issued already are not affected.
tenant-sheet-go = Make a new sheet
sheet-made-title = The contract sheet is ready
sheet-made-once = This page is shown once. Save both files now and hand them over safely. If you need it later, make a new sheet, which has a new password.
sheet-made-data-entry-hint = If the button above does not save it, copy this into a file named data_entry.txt and hand it over together with the sheet.
sheet-made-save-sheet = Save the contract sheet (to print)
sheet-made-save-data-entry = Save data_entry.txt
sheet-made-done = To the tenant's page
sheet-title = Contract sheet
sheet-for = For { $tenant }
sheet-made-at = Made
sheet-keep = This sheet has secrets on it. Keep it where only the administrator can see it.
sheet-first-title = For the first administrator
sheet-administrator-email = Administrator's e-mail address
sheet-password = Password (for the administrator)
sheet-password-once = The password works once, for the application of the first administrator, until { $until }.
sheet-steps-title = How to begin
sheet-step-1 = Open the public site and press [Apply for a personal certificate].
sheet-step-2 = Read data_entry.txt there, enter the e-mail address and the password above, and apply.
sheet-step-3 = Follow the pickup e-mail: pick up the certificate and import it.
sheet-step-4 = Open the desk and add your users with [step 2: add users].
sheet-addresses-title = Addresses
sheet-public = Public site (apply, pick up)
sheet-site = Login page (certificate needed)
sheet-desk = Desk (administration, certificate needed)
sheet-licence-title = Your contract
sheet-data-entry-title = About data_entry.txt
sheet-data-entry = This file comes with the sheet and holds the licence key. Use it as it is: a changed file is refused. Opening and saving it in Notepad does no harm.
sheet-support-title = Questions
