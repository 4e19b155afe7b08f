mail-greeting = Dear { $name },
mail-warning = Take care:
mail-support = Questions
mail-footer = { $service } sent this e-mail automatically. If you did not expect it, contact { $whom }.
mail-steps = Steps
mail-at = Date

mail-pickup-subject = [{ $service }] Pick up your personal certificate
mail-pickup-lead = Your application for a personal certificate was approved. Pick it up as follows.
mail-pickup-address = Pickup page
mail-pin-until = PIN valid until
mail-pickup-step-1 = On the device where you will use the certificate, open the pickup page above and read its cautions.
mail-pickup-step-2 = Check the reference and enter the PIN.
mail-pickup-step-3 = Choose a PKCS#12 file password and enter it. Check it once more against your note, then press [Send].
mail-pickup-step-4 = “Checking your application…” appears. Wait there: the download begins in that same screen.
mail-pickup-step-5 = Import the downloaded .p12 file into the device.
mail-pickup-step-6 = Open the check page and look for “Your certificate has arrived” in green.
mail-import-address = How to import
mail-proof-address = Check page
mail-pickup-keep = Do not give the certificate file or its password to anyone. After the import, delete the file or keep it where nobody else can reach it.
mail-pickup-not-you = If you did not apply, do not pick it up. Contact { $whom }.
mail-new-pin-subject = [{ $service }] Your new PIN
mail-new-pin-wrong-tries = The PIN was entered wrongly { $tries } times. The old PIN no longer works. Here is a new one.
mail-new-pin-expired = Your PIN had run out when it was used. Here is a new one; the old PIN no longer works.
mail-new-pin-failed = Your pickup broke off because of a problem on our side. We are sorry. The unfinished certificate was revoked, and here is a new PIN.
mail-new-pin-resent = Your administrator had a new PIN sent to you. The old PIN no longer works.
mail-new-pin-asked = As you asked, here is the pickup e-mail again. Use the new PIN: the one of before no longer works.
mail-new-pin-reopened = Your administrator has opened your pickup again. Use the new PIN below; the old one no longer works.
mail-stopped-subject = [{ $service }] Your pickup was stopped
mail-stopped-lead = A PIN ends after { $tries } wrong tries, and { $pins } PINs are sent at most. The last one has ended, so the pickup of your certificate was stopped. None of the PINs you received works any more.
mail-stopped-next = To have it opened again, contact { $whom }. You then receive a new PIN by e-mail. You do not have to apply again.
mail-stopped-safe = The reference is no secret, so it may have been somebody else. No certificate was picked up.
mail-stopped-admin-subject = [{ $service }] A pickup was stopped
mail-stopped-admin-lead = A PIN ends after { $tries } wrong tries, and { $pins } PINs are sent at most. The last one of this person has ended, so the pickup was stopped.
mail-stopped-admin-address = Open it again
mail-stopped-admin-next = Ask the person, then press [Open the pickup again]. A new PIN goes to that person by e-mail.
mail-new-pin-not-you = If you did not enter it, contact { $whom }.

mail-received-subject = [{ $service }] Your application has arrived
mail-received-lead = Your application for a personal certificate has arrived. Your administrator is looking at it.
mail-received-next = Once it is approved you receive the pickup e-mail. Until then there is nothing for you to do.
mail-rejected-subject = [{ $service }] Your application was not approved
mail-rejected-lead = Your administrator did not approve your application for a personal certificate.
mail-rejected-reason = Reason
mail-rejected-next = To apply again, ask your administrator for a new invitation. It comes with a new one-time password.
mail-waits-subject = [{ $service }] An application waits for approval
mail-waits-lead = An application for a personal certificate waits for your approval.
mail-waits-helpless = No administrator of { $tenant } has a certificate that opens Administration, so you decide on this application.
mail-applicant = Applicant
mail-waits-address = Applications (Administration)
mail-waits-next = Look at it in Administration and press [Approve] or [Reject].

mail-invitation-subject = [{ $service }] Apply for your personal certificate
mail-invitation-lead = The administrator of { $tenant } has added you to { $service }. Apply for your personal certificate, an identity card stored on your device, as follows.
mail-invitation-device-subject = [{ $service }] Apply for a certificate for another device
mail-invitation-device-lead = The administrator of { $tenant } has invited you to use { $service } on another device. The device that you use now stays good. Apply for a personal certificate, an identity card stored on your device, for the new one as follows.
mail-enrol-address = Application page
mail-one-time-password = One-time password (works once)
mail-sender-address = E-mails come from
mail-sender-allow = If you use a spam filter, let e-mails from this address pass.
mail-invitation-until = Apply until
mail-invitation-step-1 = Open the application page above. E-mail address and identification code are filled in.
mail-invitation-step-2 = Enter the one-time password.
mail-invitation-step-3 = Check the name of the device.
mail-invitation-step-4 = Read the subscriber agreement and press [Agree and apply].
mail-invitation-step-5 = When the pickup e-mail arrives, follow its steps.
mail-guide-address = More about these steps
mail-invitation-keep = Do not tell anyone the one-time password.

mail-picked-up-subject = [{ $service }] Your certificate was picked up
mail-picked-up-lead = Your personal certificate was picked up.
mail-picked-up-at = Picked up
mail-picked-up-from = From
mail-picked-up-until = Certificate valid until
mail-picked-up-next = If it was you, there is nothing to do.
mail-picked-up-not-you = If it was not you, revoke the certificate at once, or have { $whom } do it.
mail-revoke-address = Revocation page (with your revocation phrase)
mail-devices-address = My page (with a certificate)
mail-picked-up-admin-subject = [{ $service }] A user picked up a certificate
mail-picked-up-admin-lead = { $name } picked up a personal certificate.
mail-pickups-subject = [{ $service }] Users picked up certificates
mail-pickups-lead = { $count ->
    [one] Within the last hour one user picked up a personal certificate:
   *[other] Within the last hour { $count } personal certificates were picked up:
}
mail-pickups-line = { $name } ({ $device }), { $at }, from { $from }
mail-pickups-more = There were more than fit into one mail. The list of users in Administration shows all of them.
mail-test-subject = [{ $service }] Test mail
mail-test-lead = This mail was sent to try out the mail server. If you can read it, mails of this service arrive. There is nothing to do.
mail-picked-up-admin-not-them = If it may have been someone else, put it on hold or revoke it on the user's page in Administration. It stops working with the next request.
mail-desk-address = Users (Administration)

mail-revoked-subject = [{ $service }] Your certificate was revoked
mail-revoked-lead = Your personal certificate was revoked. This device can no longer use the service.
mail-revoked-next = If you do not know why, or need a new certificate, contact { $whom }.
mail-held-subject = [{ $service }] Your certificate was put on hold
mail-held-lead = Your personal certificate was put on hold. This device cannot use the service until the hold is released.
mail-held-next = If you have the device, ask { $whom } to release the hold.
mail-released-subject = [{ $service }] The hold on your certificate was released
mail-released-lead = The hold on your personal certificate was released.
mail-released-next = This device can use the service again. You need not import anything.
mail-released-suspended-next = You are suspended, though: this device cannot use the service until you are let in again. If you do not know why, contact { $whom }.
mail-suspended-subject = [{ $service }] You were suspended
mail-suspended-lead = Your administrator or the service provider has suspended you. None of your devices can use the service.
mail-suspended-since = Suspended
mail-suspended-next = Your certificates are not revoked: once you are let in again, the same devices work as before. If you do not know why, or need the service again, contact { $whom }.
mail-resumed-subject = [{ $service }] You can use the service again
mail-resumed-lead = You were suspended, and are let in again.
mail-resumed-since = Let in again
mail-resumed-next = Devices with a valid certificate can use the service again. You need not import anything. If one of your devices does not work, contact { $whom }.
mail-kept-subject = [{ $service }] An administrator was not suspended
mail-kept-lead = The day is over at whose end { $name } was to be suspended. Your company has no other administrator, so { $name } was not suspended. The plan is cancelled.
mail-kept-next = Without an administrator nobody could open Administration. Make someone else an administrator first, then suspend this person again.

mail-revoked-admin-subject = [{ $service }] A user revoked a certificate
mail-revoked-admin-lead = { $name } revoked their own personal certificate.
mail-revoked-admin-next = A device may be lost. Ask whether other certificates of this person are affected.

mail-email-code-subject = [{ $service }] Confirm your e-mail address
mail-email-code-lead = Your administrator has entered this e-mail address for you. To confirm that it reaches you, open the page below with your certificate and enter the code.
mail-email-code-until = Code valid until
mail-email-code-address = E-mail address (My page)
mail-email-code-until-then = Until you confirm it, the service is still given your former address.
mail-email-code-not-you = Do not tell anyone the code. If you do not know this service, throw this e-mail away.
mail-portal-code-subject = [{ $service }] Code for your login password
mail-portal-code-lead = With this code you choose your password for signing in. Go back to the page where you asked for it, on the device with your certificate, and enter it there.
mail-portal-code-address = Page where you choose the password
mail-portal-code-not-you = Do not tell anyone the code. If you did not ask for it, somebody else may be using your certificate: contact { $whom }.
mail-password-changed-subject = [{ $service }] Your login password was changed
mail-password-changed-lead = Your password for signing in was changed. All former sessions have ended.
mail-password-changed-next = If it was you, there is nothing to do.
mail-password-changed-not-you = If it was not you, contact { $whom } at once. Your certificate can be put on hold or revoked.

mail-ends-subject = [{ $service }] Renew your certificate by { $date }
mail-ends-asked = Your administrator had this notice sent to you again.
mail-ends-lead = The personal certificate of the device below ends soon. After that, the device can no longer use the service. Renew it in time: it takes a few minutes, and the present certificate stays good meanwhile.
mail-ends-step-1 = On that device, open My page at the address below.
mail-ends-step-2 = At the device, press [Renew].
mail-ends-step-3 = Pick up the new certificate and import it as you did the first time.
mail-ends-address = My page (with your certificate)
mail-ends-late = After the last day, My page does not open any more. For a while you can then apply here:
mail-ends-late-address = Renewal page (after the last day)
mail-ends-not-needed = If you do not use the device any more, there is nothing to do.
mail-ends-operator = To get a new one, have an invitation made at the machine of the installation with “sekisho user invite”.
mail-ends-attached = The attached file puts the last day into your calendar.
mail-ends-calendar = Last day of the certificate ({ $device })
mail-ends-calendar-what = Renew the certificate by this day. The device can no longer use { $service } afterwards.
mail-ends-list-subject = [{ $service }] Certificates that end soon: { $count }
mail-ends-list-lead = { $count ->
    [one] One certificate of your users ends soon. Its person was asked by e-mail to renew it:
   *[other] { $count } certificates of your users end soon. Each person was asked by e-mail to renew:
}
mail-ends-list-line = { $name } ({ $device }), until { $date } ({ $distance })
mail-ends-list-more = There are more than fit into one mail. The list of users in Administration shows all of them.
mail-ends-list-next = Everyone renews by themselves. Suspend people who have left, and have the notice sent again to those who did not answer.
mail-contract-subject = [{ $service }] Your contract ends on { $date }
mail-contract-lead = The contract of { $tenant } ends on { $date }. After that day no certificate can be issued or renewed, and from { $out } on nobody can use the service.
mail-contract-next = To go on, contact { $whom } before that day. If this is settled already, there is nothing to do.
mail-contract-ended-subject = [{ $service }] Your contract has ended
mail-contract-ended-lead = The contract of { $tenant } ended on { $date }. No certificate can be issued or renewed any more. Everyone can still use the service with their present certificates, until the day before { $out }.
mail-contract-ended-next = To go on, contact { $whom } at once.
mail-contract-out-subject = [{ $service }] The service is suspended for your company
mail-contract-out-lead = The contract of { $tenant } ended on { $date }. From { $out } on nobody can use the service.
mail-contract-out-next = To go on, contact { $whom }. Once the contract is extended, the present certificates work as before.
mail-contract-address = Administration
mail-contracts-subject = [{ $service }] Contracts that end: { $count }
mail-contracts-lead = { $count ->
    [one] One contract of a customer ends soon or has ended. The company’s administrators were told by e-mail:
   *[other] { $count } contracts of customers end soon or have ended. The companies’ administrators were told by e-mail:
}
mail-contracts-line = { $name } ({ $slug }, contract { $number }): ends on { $date } ({ $distance })
mail-contracts-line-ended = { $name } ({ $slug }, contract { $number }): ended on { $date }; nothing is issued any more
mail-contracts-line-out = { $name } ({ $slug }, contract { $number }): ended on { $date }; suspended now
mail-contracts-more = There are more than fit into one mail. The console lists all customers.
mail-contracts-next = Extend a contract on the customer’s page of the console. It takes effect at once.
mail-contracts-address = Console
