mail-greeting = Dear { $name },
mail-warning = Take care:
mail-support = Questions
mail-footer = { $service } sent this e-mail automatically. If you did not expect it, contact your company's administrator.
mail-steps = Steps
mail-at = Date

mail-pickup-subject = [{ $service }] Pick up your personal certificate
mail-pickup-lead = Your application for a personal certificate was approved. Pick it up as follows.
mail-pickup-address = Pickup page
mail-pin-until = PIN valid until
mail-pickup-step-1 = On the device where you will use the certificate, open the pickup page above.
mail-pickup-step-2 = Check the reference and enter the PIN.
mail-pickup-step-3 = Choose a PKCS#12 file password, enter it and press [Send].
mail-pickup-step-4 = Import the downloaded .p12 file into the device.
mail-pickup-step-5 = Open the check page and look for “Your certificate has arrived” in green.
mail-import-address = How to import
mail-proof-address = Check page
mail-pickup-keep = Do not give the certificate file or its password to anyone. After the import, delete the file or keep it where nobody else can reach it.
mail-pickup-not-you = If you did not apply, do not pick it up. Contact your administrator.
mail-new-pin-subject = [{ $service }] Your new PIN
mail-new-pin-wrong-tries = The PIN was entered wrongly five times. The old PIN no longer works. Here is a new one.
mail-new-pin-expired = Your PIN had run out when it was used. Here is a new one; the old PIN no longer works.
mail-new-pin-failed = Your pickup broke off because of a problem on our side. We are sorry. The unfinished certificate was revoked, and here is a new PIN.
mail-new-pin-resent = Your administrator had a new PIN sent to you. The old PIN no longer works.
mail-new-pin-not-you = If you did not enter it, contact your administrator.

mail-received-subject = [{ $service }] Your application has arrived
mail-received-lead = Your application for a personal certificate has arrived. Your administrator is looking at it.
mail-received-next = Once it is approved you receive the pickup e-mail. Until then there is nothing for you to do.
mail-rejected-subject = [{ $service }] Your application was not approved
mail-rejected-lead = Your administrator did not approve your application for a personal certificate.
mail-rejected-reason = Reason
mail-rejected-next = To apply again, ask your administrator for a new invitation. It comes with a new one-time password.
mail-waits-subject = [{ $service }] An application waits for approval
mail-waits-lead = An application for a personal certificate waits for your approval.
mail-applicant = Applicant
mail-waits-address = Applications (Administration)
mail-waits-next = Look at it in Administration and press [Approve] or [Reject].

mail-invitation-subject = [{ $service }] Apply for your personal certificate
mail-invitation-lead = The administrator of { $tenant } has added you to { $service }. Apply for your personal certificate, an identity card stored on your device, as follows.
mail-enrol-address = Application page
mail-one-time-password = One-time password (works once)
mail-invitation-until = Apply until
mail-invitation-step-1 = Open the application page.
mail-invitation-step-2 = Enter your name in plain letters, and the e-mail address and identification code as in this e-mail.
mail-invitation-step-3 = As the password, enter the one-time password.
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
mail-picked-up-not-you = If it was not you, revoke the certificate at once. Your administrator can do that, too.
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
mail-revoked-next = If you do not know why, or need a new certificate, contact your administrator.
mail-held-subject = [{ $service }] Your certificate was put on hold
mail-held-lead = Your personal certificate was put on hold. This device cannot use the service until the hold is released.
mail-held-next = If you have the device, ask your administrator to release the hold.
mail-released-subject = [{ $service }] The hold on your certificate was released
mail-released-lead = The hold on your personal certificate was released.
mail-released-next = This device can use the service again. You need not import anything.
mail-revoked-admin-subject = [{ $service }] A user revoked a certificate
mail-revoked-admin-lead = { $name } revoked their own personal certificate.
mail-revoked-admin-next = A device may be lost. Ask whether other certificates of this person are affected.
