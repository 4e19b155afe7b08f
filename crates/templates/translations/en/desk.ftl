form-error-at = { $field }: { $message }
act-save = Save
act-approve = Approve
act-reject = Reject
not-yet = not yet
filter-go = Filter
filter-clear = Show all
paging-label = Pages
paging-previous = Previous page
paging-next = Next page
language-ja = 日本語 (Japanese)
language-en = English
progress-any = All
progress-suspended-means = The user is suspended and cannot use the service on any device.
progress-on-hold-means = A device is on hold and cannot be used.
progress-revoked-means = The certificate is revoked, and there is no invitation. Send a new invitation if the user is to go on.
progress-expired-means = The certificate has expired, and there is no invitation. Send a new invitation if the user is to go on.
progress-not-invited-means = There is neither a usable certificate nor an invitation. Send a new invitation.
progress-invited-means = The one-time password was made. Now it is this person's turn to apply.
progress-applied-means = An application has arrived. It waits for approval or pickup.
progress-picked-up-means = A certificate was picked up. It has not been used yet.
progress-proved-means = The certificate is in the device and works.
invite-by-mail = Send by e-mail
invite-by-slip = Print and hand over
reason-key-compromise = The device was lost or stolen, or someone else may have used it
reason-affiliation-changed = The person moved or left
reason-superseded = Replaced by a new certificate
reason-cessation-of-operation = The device is no longer used
reason-unspecified = Something else

field-display-name = Name
field-reading = Reading
field-login-name = Login name
field-groups = Groups
field-note = Note
field-role = Role
field-locale = Language of e-mails
field-invite-by = Invitation
field-q = Search
field-progress = Progress
field-file = CSV file
field-reason = Reason for revoking
field-last-key = I know that nobody at our company can open Administration afterwards
field-password-confirm = Password again

notice-invited = The user was added and the invitation sent. The progress changes to “Applied” once the application arrives.
notice-reinvited = A new invitation is on its way by e-mail. The old one-time password no longer works.
notice-device-invited = An invitation for another device is on its way by mail. The present device stays good. The one-time password of a former invitation no longer works.
notice-saved = Saved.
notice-held = The certificate is on hold. It stops working with the next request.
notice-released = The hold was released. Nothing has to be imported again.
notice-revoked = The certificate is revoked. It stops working with the next request.
notice-was-so = It was so already. The list below says since when, and who did it.
notice-suspension-planned = The day is saved on which the user will be suspended.
notice-suspension-cancelled = The planned suspension is cancelled.
notice-suspended = The user is suspended, beginning with the next request.
notice-resumed = The user is active again.
notice-deleted = The user is deleted. The login name and the address are free again.
notice-reopened = Opened again. A new PIN is on its way to that person.
notice-approved = Approved. The pickup e-mail is on its way.
notice-approved-shown = Approved. Show the PIN below, under “Pickups that wait for a PIN”, and hand it over.
notice-rejected = Rejected. The applicant is told by e-mail. To let the person apply again, send a new invitation.
notice-password-reset = The login password was removed. At the next visit with the certificate the user chooses a new one by a code from an e-mail.

desk-home-title = Administration
my-page-title = My page
desk-next-title = Next: step 2, add users
desk-next-users = Add the people of your company. Each of them receives an invitation to apply.
desk-contract-soon = Your contract ends on { $date } ({ $distance }). To go on, contact your service provider.
desk-contract-past = Your contract ended on { $date }. No new certificates are issued, and soon nobody will be able to use the service. Contact your service provider.
desk-users-with = { $with } of { $users } users have a certificate.
desk-todo-title = To check
desk-todo-none = There is nothing to check at the moment.
todo-invite = Send invitations
todo-invite-again = Send them again
todo-decide = Approve or reject
todo-not-invited = { $users ->
    [one] One user has neither a certificate nor an invitation
   *[other] { $users } users have neither a certificate nor an invitation
}
todo-invited = { $users ->
    [one] One invited user has not applied yet
   *[other] { $users } invited users have not applied yet
}
todo-revoked = { $users ->
    [one] One user's certificate is revoked, and there is no invitation
   *[other] { $users } users' certificates are revoked, and there are no invitations
}
todo-expired = { $users ->
    [one] One user's certificate has expired, and there is no invitation
   *[other] { $users } users' certificates have expired, and there are no invitations
}
todo-suspended = { $users ->
    [one] One user is suspended
   *[other] { $users } users are suspended
}
todo-on-hold = { $users ->
    [one] One user has a device on hold
   *[other] { $users } users have a device on hold
}
todo-ending-soon = { $users ->
    [one] One user has a certificate that ends within 30 days
   *[other] { $users } users have certificates that end within 30 days
}
todo-mail-trouble = { $users ->
    [one] One user's newest mail could not be delivered
   *[other] { $users } users' newest mails could not be delivered
}
user-invite-device = Invite for another device
desk-waiting = { $count ->
    [one] { $count } application waits for approval
   *[other] { $count } applications wait for approval
}
desk-stopped = { $count ->
    [one] { $count } pickup has stopped
   *[other] { $count } pickups have stopped
}
desk-pins-awaited = { $count ->
    [one] { $count } person waits for a PIN
   *[other] { $count } people wait for a PIN
}
desk-numbers-title = Where your users are
desk-contract-title = Your contract
desk-seats = Certificates
desk-seats-of = { $used } of { $seats } in use
users-title = Users
users-select = Select
users-select-one = Select { $name }
users-search = Search (name, e-mail, group)
users-filters-set = Filters that are set
users-filter-part = { $field }: { $value }
users-filter-remove = (remove)
users-range = { $first }–{ $last } of { $total }
users-role-and-groups = Role, groups
users-certificates-valid = { $certificates ->
    [one] 1 certificate
   *[other] { $certificates } certificates
}
users-pick = Select:
users-pick-page = this page ({ $users })
users-pick-all = all { $total }
users-pick-matching = all { $total } that match
users-pick-first = the first { $most } of { $total }
users-pick-none = Clear the selection
users-picked-all = All { $total } are selected.
users-picked-matching = All { $total } that match are selected.
users-picked-first = The first { $most } of { $total } are selected.
role-any = All
field-group = Group
progress-suspended = Suspended
progress-on-hold = With a device on hold
progress-revoked = Revoked (no invitation)
progress-expired = Expired
progress-ending-soon = Ending soon (30 days)
progress-ends-in = Certificate ends in { $month }
progress-mail-trouble = Mail not delivered
paging-first = First page
selected-nobody = Nobody is selected. Tick the boxes beside the names in the list.
selected-by-filter = These are all { $found } that match now. Whoever comes to match later is not included.
selected-first = These are the first { $users } of { $found } that match now. One act takes { $users } people at most.
selected-others = Show the other { $users }
selected-result = Result
selected-done = Done
selected-not-done = Not done
selected-invite-title = Send new invitations
selected-invite-what = { $users ->
    [one] One person gets a new one-time password by e-mail. The earlier one stops working.
   *[other] { $users } people get new one-time passwords by e-mail. The earlier ones stop working.
}
selected-invite-undo = Certificates in use are not affected.
selected-invite-go = { $users ->
    [one] Send a new invitation
   *[other] Send { $users } new invitations
}
selected-invite-done = New invitations: { $done }. Not done: { $failed }.
selected-suspend-title = Suspend users
selected-suspend-what = { $users ->
    [one] This suspends one person, on all devices, at once. A mail tells the person.
   *[other] This suspends { $users } people, on all their devices, at once. A mail tells each person.
}
selected-suspend-undo = You can resume them one by one. Their certificates are not revoked.
selected-suspend-go = { $users ->
    [one] Suspend the user
   *[other] Suspend { $users } users
}
selected-suspend-done = Suspended: { $done }. Not done: { $failed }.
users-none = There are no users yet. Add them one by one with [Add a user], or all at once with [CSV import].
users-none-match = No user matches.
users-back = Back to all users
user-add-title = Add a user
user-add-lead = The person gets a one-time password, and then applies, picks up and imports on their own.
user-add-go = Add and invite
user-add-another = Add another user
user-edit-title = Edit the user
user-display-name-hint = For example 山田 太郎 or Anna Müller
user-reading-hint = Used for sorting, for example やまだ たろう
user-family-name-hint = Written into the certificate. Use plain letters without accents, for example Yamada.
user-email-hint = The invitation goes to this address. Changing it later cancels the former invitation and any application under way.
user-login-name-hint = Used to sign in. Letters, digits and . _ - @ +, for example taro.yamada.
user-groups-hint = Letters and digits, divided by commas, for example sales,tokyo
user-invite-by-hint = If you print it, a page with the one-time password opens. It cannot be opened later.
user-roman-name = Name in the certificate
user-roman-name-none = None yet (given with the application)
user-kept-active-oneself = You cannot suspend yourself. Ask another administrator.
user-kept-active-only-administrator = You cannot suspend yourself, and there is no other administrator. Make someone else an administrator first.
user-certificates-title = Devices and certificates
user-certificates-none = No certificates yet. They appear here once this person has applied and picked one up.
certificate-standing = Status
certificate-until = Valid until
certificate-picked-up = Picked up
certificate-proved = Checked
certificate-serial = Serial number
certificate-acts = Actions
device-earlier = { $certificates ->
    [one] One earlier certificate of this device
   *[other] { $certificates } earlier certificates of this device
}
device-earlier-ends = ends on { $day }
device-earlier-until = valid until { $day }
ending-on-hold = { $at }: put on hold by { $by }
ending-on-hold-since = On hold since { $at }
ending-revoked = { $at }: revoked by { $by }
ending-revoked-since = Revoked { $at }
ending-reason = Reason: { $reason }
ending-suspended = { $at }: suspended by { $by }
ending-suspended-since = Suspended since { $at }
ending-by-phrase = the person, with the challenge phrase
user-export = Export the record
user-export-hint = Saves everything on record about this person as one file (JSON). The activity log notes it.
settings-saved = The settings are saved.
settings-operator-title = Set by your service provider
settings-operator-ask = To change these, contact your service provider.
settings-none = None
settings-yes = Yes
settings-no = No
devices-lead = These are your certificates. If you lose a device, put its certificate on hold or revoke it at once.
devices-this = this device
devices-hint = Your administrator can release a hold. Revoking cannot be undone.

confirm-hold-title = Put a certificate on hold
confirm-hold-what = { $name }'s certificate on “{ $device }” is put on hold. It stops working with the next request.
confirm-hold-undo = You can release it later. It then works as before, without a new import.
confirm-hold-go = Put on hold
confirm-hold-own-title = Put your certificate on hold
confirm-hold-own-what = Your certificate on “{ $device }” is put on hold. It stops working with the next request.
confirm-hold-own-undo = Only your administrator can release it.
confirm-hold-own-go = Put on hold
confirm-release-title = Release the hold
confirm-release-what = The hold on { $name }'s certificate on “{ $device }” is released. It works again with the next request.
confirm-release-undo = Make sure that its owner has the device. You can put it on hold again.
confirm-release-go = Release the hold
confirm-release-suspended-title = Release the hold
confirm-release-suspended-what = The hold on { $name }'s certificate on “{ $device }” is released. { $name } is suspended, so it works only once they are let in again.
confirm-release-suspended-undo = Make sure that its owner has the device. You can put it on hold again.
confirm-release-suspended-go = Release the hold
confirm-revoke-title = Revoke a certificate
confirm-revoke-what = { $name }'s certificate on “{ $device }” is revoked. It stops working with the next request.
confirm-revoke-undo = This cannot be undone. If the device may turn up soon, put the certificate on hold instead.
confirm-revoke-go = Revoke
confirm-revoke-own-title = Revoke your certificate
confirm-revoke-own-what = Your certificate on “{ $device }” is revoked. It stops working with the next request.
confirm-revoke-own-undo = This cannot be undone. To use the device again you need an invitation from your administrator and a new application.
confirm-revoke-own-go = Revoke
confirm-current = It is the certificate that you are using on this page.
confirm-last-key = No other certificate of your company opens Administration.
confirm-last-key-hold = It can't be put on hold, because nobody could release it. Let another administrator pick up a certificate first.
confirm-last-key-revoke = Once it is revoked, nobody at your company can open Administration, and only your service provider can help. If you can, let another administrator pick up a certificate first.
suspension-title = Suspend on a day
suspension-what = { $name } is suspended at the end of this day. Until then nothing changes. A mail tells the person when it has happened.
suspension-undo = You can change or cancel this until then. The certificates are not revoked.
field-suspend-on = Last day of use
suspension-on-hint = The suspension begins at the end of this day, at midnight.
suspension-go = Suspend at the end of this day
suspension-cancel = Cancel the plan
suspension-link = Suspend on a day
suspension-change = Change the planned suspension
suspension-planned = Will be suspended at the end of { $day }.
suspension-planned-by = Will be suspended at the end of { $day } (set by { $by }, { $at }).
suspension-planned-short = until { $day }
confirm-suspend-title = Suspend a user
confirm-suspend-what = { $name } is suspended on all devices, beginning with the next request. A mail tells the person.
confirm-suspend-undo = You can resume the user later. The certificates are not revoked.
confirm-suspend-go = Suspend
confirm-resume-title = Resume a user
confirm-resume-what = { $name } can use the service again on devices with a valid certificate. A mail tells the person.
confirm-resume-undo = You can suspend the user again.
confirm-resume-go = Resume
confirm-delete-title = Delete a user
confirm-delete-what = This deletes the record of { $name }, with invitations and applications. Only people who never had a certificate can be deleted.
confirm-delete-undo = It cannot be undone. The log keeps its entries. To let the person in later, add them again.
confirm-delete-go = Delete
confirm-invite-title = Send a new invitation
confirm-invite-what = { $name } receives a new one-time password. The old one stops working.
confirm-invite-undo = Certificates in use are not affected.
confirm-invite-go = Send a new invitation
confirm-invite-device-title = Invite for another device
confirm-invite-device-what = Makes a one-time password with which { $name } applies for one more certificate, for another device. Once picked up, it takes one seat of the contract.
confirm-invite-device-undo = The present device stays good. Neither its certificate nor the password for the login page changes.
confirm-invite-device-open = There is an invitation that was not used yet. Once the new one is sent, its one-time password no longer works.
confirm-invite-device-go = Invite for another device
confirm-reset-password-title = Reset the login password
confirm-reset-password-what = { $name }'s login password is removed and open sessions end. At the next visit with the certificate the user chooses a new one by a code that is sent to the user's e-mail address.
confirm-reset-password-undo = The old password cannot be restored.
confirm-reset-password-go = Reset the password

desk-import-title = CSV import
import-csv-lead = Add many users at once from a CSV file.
import-csv-file-hint = UTF-8 or Shift_JIS, with headings in the first row. A corrected result file, or a staff list with people who are here already, can be chosen as it is.
import-csv-check = Check the file
import-csv-sample = Sample file
import-csv-nothing-yet = Nothing is added yet. You see a verdict for each row first.
import-latest-title = Latest imports
import-stage-checked = Checked, nothing added yet
import-stage-running = Adding users
import-stage-stopped = Stopped
import-stage-done = Done
import-csv-columns-title = Headings
import-csv-columns-required = Needed
import-csv-columns-optional = Optional
import-verdict-title = Verdict
import-verdict-lead = “{ $file }” was checked. Rows that can be added: { $good }. Rows that cannot: { $bad }. Nothing has been added yet.
import-verdict-known = Some rows are about people who are here already. Rows that differ from the record: { $changes }. Rows without any change: { $same }.
import-verdict-change = { $changes ->
    [one] Change { $changes } record
   *[other] Change { $changes } records
}
import-verdict-nothing = Everybody in the file is here already and nothing differs. There is nothing to do.
import-changes-hint = If applied, records are changed as the rows marked “Change” below say; otherwise they stay as they are. A changed name does not change certificates that were issued.
import-causes-title = Why rows cannot be added
import-cause = { $rows ->
    [one] { $rows } row: { $problem } (row { $lines })
   *[other] { $rows } rows: { $problem } (rows { $lines })
}
import-to-mend = Download only the rows that cannot be added (CSV)
import-promotion-new = Among them as { $role }: { $people } ({ $names })
import-promotion-changed = Becomes { $role } by a change: { $people } ({ $names })
import-verdict-go = { $good ->
    [one] Add and invite { $good } person
   *[other] Add and invite { $good } people
}
import-verdict-seats = Your contract has { $left } certificates left. Everybody can be added and invited, but { $without } of them could not get a certificate. Revoke certificates that nobody uses, or ask your service provider for more.
import-verdict-kept = Begin within a day: after that this check is erased, and the file has to be sent again.
import-verdict-none = No row can be added. Correct the file and choose it again.
import-verdict-again = Choose the file again
import-verdict-cut = { $shown } of { $total } rows are shown: first those that cannot be added, then changes, new people, and those without any change.
import-verdict-all = Download the verdict on every row (CSV)
import-verdict = Verdict
import-verdict-why = Reason or change
import-line = Row
import-problems = What to correct
import-row-good = Can be added
import-row-bad = Cannot be added
import-row-change = Change
import-row-changed = Changed
import-row-same = No change (here already)
import-change = { $field }: { $from } → { $to }
import-change-empty = (nothing)
import-progress-title = Adding users
import-progress-lead = You can leave this page. The work goes on, and you find it again under [CSV import].
import-progress-of = { $worked } of { $total } rows done
import-done = Added
import-changed = Changed
import-failed = Failed
import-left = Left
import-time = Time
import-seconds = { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}
import-stopped-title = The import has stopped
import-stopped-lead = { $name } had started it and is suspended or no administrator any more. Users added so far: { $done }. They stay. Rows that could not be added: { $failed }. Check the rows that are left in the file of all rows. If they are right, go on in your own name.
import-stopped-go = { $left ->
    [one] Go on with the { $left } row left
   *[other] Go on with the { $left } rows left
}
import-result-title = Import done
import-result-lead = Users added: { $done }. Rows that could not be added: { $failed }.
import-result-changed = { $changed ->
    [one] The record of { $changed } person was changed.
   *[other] The records of { $changed } people were changed.
}
import-result-known = Changes that were not applied: { $unwanted }. Rows without any change: { $same }.
import-result-mails = { $mails ->
    [one] One invitation is on its way.
   *[other] { $mails } invitations are on their way.
} People apply, pick up and import as they receive them.
import-result-invited = See who is invited
import-result-failed = Rows that were not added
import-result-correct = The result file has only the rows to correct. Correct them and choose the file again.
import-result-cut = The first { $shown } are shown. The others are in the result file.
import-result-again = Choose the corrected file
import-result-file = Result file (CSV)

applications-title = Applications
applications-lead = Make sure that each is from the right person, then press [Approve] or [Reject].
applications-none = No application waits for approval.
applications-automatic = No application waits for approval. With the present settings applications are approved automatically.
stopped-title = Stopped pickups
stopped-lead = These pickups stopped, because the PIN was wrong too often or ran out several times. Ask the person, then open the pickup again: a new PIN goes to that person by e-mail.
pins-title = Pickups that wait for a PIN
pins-lead = PINs are handed over by administrators (the service provider can change this). [Show a PIN] makes a new PIN and shows it on a page for printing. The PIN before stops working. The person is told by e-mail that you saw it.
pins-none = Nobody waits for a PIN.
pins-tick = Show the PIN of { $name } with the others
pins-tick-all = Show the PINs of those ticked
pins-standing = PIN
pin-show = Show a PIN
pin-show-again = Show a new PIN
pin-standing-mailed = Sent to the person by e-mail, good until { $until }
pin-standing-awaited = Waits for a PIN from an administrator
pin-standing-reopen = Not sent yet. Open the pickup again under Applications, and it goes out by e-mail
pin-standing-shown = Shown to { $name }, { $at }. Good until { $until }
pin-standing-locked = Entered wrongly { $tries } times, so it no longer works
pin-standing-expired = The PIN has run out
pin-seen-by-operator = the service provider
pin-show-means = This makes a new PIN and shows it on a page for printing. The PIN before stops working. The person is told by e-mail.
pin-show-by-operator = The PINs of administrators and auditors go by e-mail. If one does not arrive, contact the service provider.
user-pickups-title = Waiting to be picked up
pin-sheet-page-title = Print the PIN
pin-sheet-until = Print this page and hand it over in person, or use it at the person's device. Only you, who asked for the PIN, can open the page, until { $until }. If you need it later, show a new PIN.
pin-sheet-title = For { $name }: PIN to pick up your personal certificate
pin-sheet-qr = QR code of the page where { $name } picks up
pin-sheet-qr-caption = Opens the pickup page on a phone
pin-sheet-step-1 = On the device where you will use the certificate, open the pickup page above.
pin-sheet-step-2 = Enter the reference and the PIN as on this sheet.
pin-sheet-step-3 = Choose a PKCS#12 file password, enter it and press [Send]. The download begins in that same screen.
pin-sheet-step-4 = Import the file into the device and open the check page.
pin-sheet-keep = The PIN works once. Show it to nobody else, and destroy this sheet after the pickup.
pin-sheet-done = Done
pin-sheet-gone-title = This PIN cannot be shown any more
pin-sheet-gone-why = The page of a PIN can be opened by the person who asked for it, for { $minutes } minutes, and not after the pickup, after too many wrong tries or after a newer PIN was shown.
pin-sheet-gone-now = If you have printed the newest PIN, there is nothing to do. If not, show a new one. The old one then stops working.
pins-result-title = PINs shown
pins-result-lead = { $done } PINs were made, { $failed } were not.
pins-result-open = Open the page for printing
certificate-pin-seen = Picked up with the PIN shown to { $name }, { $at }
act-reopen = Open the pickup again
application-purpose = Applied for
purpose-new = A new device
purpose-renewal = Renewal
purpose-replacement = Replacement of a device
purpose-new-file = A new file
applications-at = Applied
applications-from = Applied from
applications-new-network = Nobody of your company has picked up a certificate from this network yet.
applications-invited = Invited
applications-invited-mail = By e-mail, { $at }
applications-invited-slip = On paper, { $at }
applications-invited-sheet = By contract sheet, { $at }
applications-invited-unknown = Not on record
applications-differences = Compared with the record
applications-as-on-record = Name and e-mail address are those on record
applications-difference = applied with “{ $applied }”, on record “{ $record }”
applications-earlier = Certificates so far
applications-no-earlier = None (the first application)
applications-picked-up = picked up { $at }
decide-tick = Decide together with others ({ $name })
decide-approve-button = Approve those ticked
decide-reject-button = Reject those ticked
decide-nobody = Tick applications first.
decide-back = Back to the applications
decide-approve-title = Approve applications
decide-approve-what = { $applications ->
    [one] This approves the application below. The person gets the pickup e-mail.
   *[other] This approves the { $applications } applications below. Each person gets the pickup e-mail.
}
decide-approve-shown-what = { $applications ->
    [one] This approves the application below. No PIN is sent by e-mail: show it under Applications afterwards and hand it over.
   *[other] This approves the { $applications } applications below. No PINs are sent by e-mail: show them under Applications afterwards and hand them over.
}
decide-approve-undo = Have you made sure that each is from the right person? If one turns out to be wrong after the pickup, revoke the certificate.
decide-approve-go = { $applications ->
    [one] Approve it
   *[other] Approve all { $applications }
}
decide-approve-done = { $done } approved, { $failed } not.
decide-reject-title = Reject applications
decide-reject-what = { $applications ->
    [one] This rejects the application below. The applicant is told by e-mail.
   *[other] This rejects the { $applications } applications below. The applicants are told by e-mail.
}
decide-reject-undo = It cannot be undone. To let people apply again, send new invitations afterwards.
decide-reject-go = { $applications ->
    [one] Reject it
   *[other] Reject all { $applications }
}
decide-reject-done = { $done } rejected, { $failed } not.
decide-result-title = What became of the applications
notice-approved-all = All that were ticked are approved. The pickup e-mails are on their way.
notice-approved-all-shown = All ticked applications were approved. Show the PINs below, under “Pickups that wait for a PIN”, and hand them over.
notice-rejected-all = All that were ticked are rejected. The applicants are told by e-mail.
rejection-title = Reject an application
rejection-what = This rejects the application of { $name } (device: { $device }). The applicant is told by e-mail.
rejection-undo = It cannot be undone. To let the person apply again, send a new invitation afterwards.
rejection-reason-hint = It stands in the e-mail to the applicant and in the activity log. One line of up to 200 characters, such as: Apply from your company laptop
field-reason-text = Reason
field-reason-untold = Give no reason
audit-lead = Who did what, and when. These records cannot be changed.
audit-none = No records yet.
audit-number = Number
audit-actor = Who
audit-act = Act
audit-subject = On
audit-actor-user = Service provider (at the console)
audit-actor-machine = Service provider (at the server)
audit-actor-system = The system itself
audit-actor-public = A visitor of the public site
audit-act-add-announcement = Published an announcement
audit-act-cancel-suspension = Cancelled a planned suspension
audit-act-change-settings = Changed the settings
audit-act-edit-announcement = Edited an announcement
audit-act-export-user = Exported a user's record
audit-act-keep-last-administrator = Did not suspend the last administrator
audit-act-plan-suspension = Set a day to suspend a user
audit-act-remove-announcement = Removed an announcement
audit-act-add-portal-link = Published a link
audit-act-remove-portal-link = Removed a link
audit-act-add-operator = Added an operator
audit-act-add-operator-tenant = Made the operators' own tenant
audit-act-add-tenant = Added the tenant
audit-act-add-user = Added a user
audit-act-apply = Applied for a certificate
audit-act-approve = Approved an application
audit-act-change-contract = Changed a contract's seats or end
audit-act-erase-unsigned-issuer = Erased an unfinished issuer
audit-act-finish-import = Finished a CSV import
audit-act-hold-certificate = Put a certificate on hold
audit-act-hold-own-certificate = Put their own certificate on hold
audit-act-install = Set the service up
audit-act-invite = Sent an invitation
audit-act-issue = Issued a certificate
audit-act-judge-import = Checked a CSV file
audit-act-make-installation-key = Made a signing key of the service
audit-act-new-sheet = Made a new contract sheet
audit-act-pick-up = Picked a certificate up
audit-act-publish-crls = Called for new revocation lists
audit-act-record-issuer = Made an issuer
audit-act-reject = Rejected an application
audit-act-release-certificate = Released the hold on a certificate
audit-act-reset-portal-password = Reset a login password
audit-act-resend-mail = Had a mail sent again
audit-act-retry-mail = Had waiting mails tried again
audit-act-suspend-on-time = Suspended a user on the planned day
audit-act-test-mail = Sent a test mail
audit-act-end-tenant = Ended the tenant
audit-act-resume-tenant = Resumed the tenant
audit-act-resume-user = Resumed a user
audit-act-delete-user = Deleted a user
audit-act-revoke-by-challenge = Revoked their own certificate with the revocation phrase
audit-act-revoke-certificate = Revoked a certificate
audit-act-revoke-own-certificate = Revoked their own certificate
audit-act-end-superseded = Ended a certificate that a newer one had superseded
audit-act-renew-certificate = Asked for a renewal
audit-act-replace-device = Asked for a certificate for a new device
audit-act-make-new-file = Asked for a new file
audit-act-revoke-unsigned = Revoked an unfinished certificate
audit-act-set-portal-password = Set a login password
audit-act-change-portal-password = Changed a login password
audit-act-send-portal-code = Had a code for a login password sent
audit-act-show-pin = Showed a PIN
audit-act-wrong-portal-code = Entered a wrong code for a login password
audit-act-edit-tenant = Changed a company's settings
audit-act-set-upstream = Set the application
audit-act-reopen-pickup = Opened a stopped pickup again
audit-act-sign-in = Signed in
audit-act-sign-in-refused = Entered a wrong password
audit-act-sign-out = Signed out
audit-act-stop-import = Stopped a CSV import: its administrator is one no more
audit-act-start-import = Started a CSV import
audit-act-suspend-tenant = Suspended the tenant
audit-act-suspend-user = Suspended a user
audit-act-update-user = Edited a user
audit-act-mail-pin-again = Had the pickup e-mail sent again (applicant)
audit-act-used-pin = Entered a PIN that was used already
audit-act-write-other-file = Made the certificate's file in the other kind, too
audit-act-wrong-pin = Entered a wrong PIN
slip-page-title = Print the invitation
slip-until = Print this page and hand it over in person. Only you, who made the invitation, can open it, until { $until }. If you need it later, make a new invitation, which has a new one-time password.
slip-title = For { $name }: apply for your personal certificate
slip-step-1 = Open the application page above and choose [I got an invitation or a slip].
slip-step-2 = Enter the e-mail address, the identification code and the one-time password as on this slip. Then apply.
slip-then-mail = When the pickup e-mail arrives, follow its steps.
slip-then-administrator = Your administrator gives you the PIN (it does not come by e-mail). When you have it, pick up the certificate.
slip-done = To the user's page
slip-gone-title = This invitation cannot be shown any more
slip-gone-why = A printable invitation can be opened by the person who made it, for { $minutes } minutes, and not after the user has applied or was invited anew.
slip-gone-now = If you have printed the newest invitation, there is nothing to do. If not, make a new one. It has a new one-time password, and the old one stops working.
slip-gone-go = Make a new invitation
slip-qr = QR code of the page where { $name } applies
slip-qr-caption = Opens the application page on a phone
slip-print-hint = One A4 page for each person. [Print] in the menu of the browser prints them, too.
confirm-slips-go = Print invitations
selected-slips-title = Print invitations
selected-slips-what = { $users ->
    [one] This makes a new invitation for the selected person, on one sheet of paper. No e-mail is sent. Only you can open the page for printing, for 10 minutes.
   *[other] This makes new invitations for the { $users } selected people, a sheet of paper each. No e-mail is sent. Only you can open the page for printing, for 10 minutes.
}
selected-slips-undo = One-time passwords that were sent before stop working. Certificates in use stay good.
selected-slips-go = Make and print invitations
selected-slips-done = { $done } invited on paper, { $failed } not.
selected-slips-open = Open the page for printing
import-result-slips = Print invitations

field-announcement-title = Title of the announcement
field-announcement-text = Text of the announcement
field-link-title = Name of the link
field-link-address = Address of the link
notice-portal-added = It is on the home page now.
notice-portal-removed = It is removed.
portal-page-lead = These stand on the home page of everybody who signs in to the service. Never write passwords or PINs here.
portal-page-elsewhere = The service is another application at the moment. Nobody sees what you write here.
portal-page-announcement-add = Write an announcement
portal-page-announcement-go = Publish the announcement
portal-page-announcements-none = There are no announcements yet.
portal-page-link-add = Add a link
portal-page-link-go = Publish the link
portal-page-links-none = There are no links yet. Link to pages of your company or to services that people use often.
portal-page-edit = Edit
announcement-edit-title = Edit the announcement
announcement-edit-lead = The announcement keeps its date.
portal-page-remove = Remove
portal-removal-announcement-title = Remove an announcement
portal-removal-announcement-what = This takes the announcement “{ $title }” off the home page. It cannot be undone.
portal-removal-link-title = Remove a link
portal-removal-link-what = This takes the link “{ $title }” off the home page. It cannot be undone.

portal-set-title = Set your password
portal-set-lead = { $name }, your certificate has arrived. As this is your first visit, choose a password to sign in.
portal-login-name-hint = Chosen by your administrator. It cannot be changed.
portal-password-hint = You sign in with it from now on. It is not the PKCS#12 file password. At least { $min } characters that you use nowhere else.
portal-set-go = Set and sign in
portal-sign-in-title = Sign in
portal-sign-in-lead = { $name }, your certificate has arrived
portal-sign-in-go = Sign in
portal-forgotten = Forgotten the password?
portal-sign-in-not-you = If this is not your name, do not sign in. Close all windows of the browser, open it again and choose your own certificate.
portal-back-to-sign-in = Back to the login page
portal-change-title = Change your password
portal-change-about = Choose another password to sign in
portal-change-lead = { $name }, choose another password to sign in. You are signed out in other browsers and on other devices then, and an e-mail tells you of the change.
portal-change-go = Change the password
portal-changed = Your password was changed.
portal-code-forgotten-title = Choose another password
portal-code-forgotten-lead = { $name }, a confirmation code is sent to your e-mail address. With this code you choose another password.
portal-code-unset-title = Set your password
portal-code-unset-lead = { $name }, you have no password to sign in yet, or your administrator has removed it. Choose one with a confirmation code that is sent to your own e-mail address.
portal-code-sent = The code was sent. Enter it within { $minutes } minutes, and choose a password.
portal-code-no-mail = If this is not your e-mail address, or if no e-mail reaches you, contact your administrator.
field-current-password = Present password
portal-new-password = New password
portal-new-password-confirm = New password again
portal-home-title = Home
portal-home-lead = Welcome, { $name }.
portal-announcements = Announcements
portal-links = Links
portal-devices = Look at your certificates; hold or revoke one when a device is lost
portal-desk = Look after users and certificates
portal-write = What stands on this home page
portal-sign-out = Sign out
notice-email-code-sent = The code is on its way to the new address.
notice-email-proved = The address is confirmed. The service is given it from the next request on.
email-title = Your e-mail address
email-told = Address given to the service
email-told-none = None yet
email-is-proved = This address is confirmed. There is nothing to do.
email-lead = Your administrator has entered this address. Confirm that e-mails to it reach you. Until then the service is given your former address, or none.
email-code-hint = 12 digits from the e-mail that was sent to the address above, with or without the hyphens.
email-prove-go = Confirm
email-prove-link = Confirm the address
email-send-hint = No e-mail, or is the code too old? Have a new one sent; former codes no longer work then.
email-send-go = Send a code
devices-email-unproved = Your e-mail address is not confirmed yet.
user-email-awaits-code = The new address is not confirmed yet. A code was sent to it; the person enters it on My page.
user-email-awaits-pickup = None yet. The address is confirmed when the person picks up a certificate with the PIN that was sent to it.
user-email-awaits-code-shown = None yet. Because an administrator hands the PIN over, picking up does not confirm the address. After the pickup the person confirms it under “E-mail address” on My page; where it is offered below, you can vouch for it.
user-login-unfit = The login name does not end in { $suffix }, as your service provider has set. It still works. Change it when the person can do with another name.
user-email-unfit = The e-mail address does not end in { $domains }, as your service provider has set. It still works. Change it when the person has such an address.
user-login-name-renamed-hint = The service knows people by this name. Under another one it takes the person for a new one.
confirm-email-code-title = Send a confirmation code
confirm-email-code-what = { $name } gets an e-mail with a code at the new address { $email }, and enters it on My page. Until then the service is given the former address.
confirm-email-code-undo = Former codes no longer work.
confirm-email-code-go = Send a confirmation code
confirm-vouch-title = Confirm the address yourself
confirm-vouch-what = You state that { $email } is the e-mail address of { $name }. The service is given it from the next request on.
confirm-vouch-undo = This is recorded in the activity log with your name. If the address is wrong, correct it with [Edit the user].
confirm-vouch-go = Confirm the address yourself
confirm-remind-title = Send the renewal notice again
confirm-remind-what = { $name } is asked once more, by e-mail to { $email }, to renew each certificate that ends soon. The day is attached for the calendar.
confirm-remind-undo = The certificates do not change.
confirm-remind-go = Send the renewal notice again
selected-remind-title = Send the renewal notice again
selected-remind-what = { $users ->
    [one] One person is asked once more by e-mail to renew each certificate that ends soon.
   *[other] { $users } people are asked once more by e-mail to renew each certificate that ends soon.
}
selected-remind-undo = The certificates do not change. Nobody without a certificate that ends soon receives a mail.
selected-remind-go = { $users ->
    [one] Send it to one person
   *[other] Send it to { $users } people
}
selected-remind-done = Notices sent: { $done }. Not done: { $failed }.
notice-reminded = The renewal notice is on its way.
todo-remind = Send the notice again
desk-ends-title = Certificates that end soon
desk-ends-none = No certificate ends within the next six months.
desk-ends-people = { $users ->
    [one] One user
   *[other] { $users } users
}
user-noticed = Renewal notice
user-noticed-at = last sent { $at }
audit-act-send-email-code = Had a confirmation code sent
audit-act-wrong-email-code = Entered a wrong confirmation code
audit-act-prove-email = Confirmed the own e-mail address
audit-act-vouch-for-email = Confirmed a user's e-mail address
audit-act-send-end-notice = Sent the renewal notice again

renew-here-title = Renew a certificate
renew-present = Your certificate is valid until
renew-here-lead = This device gets a new certificate. You need no reference and no PIN. Choose a file password and press [Agree and renew]: the download of the new file begins in this screen.
renew-caution-1 = Open this page on the device whose certificate you renew.
renew-caution-2 = You need the file password that you choose here when you import the new file. It has nothing to do with the former file’s. Write it down.
renew-emptied = For safety the password was emptied. Enter it again.
renew-device-type-hint = The system of your last pickup is chosen.
renew-remember-hint = The service does not keep this password. If you forget it, you have to pick up once more.
renew-agreement-hint = By pressing [Agree and renew] below you agree to this.
renew-agreement-read = Read the agreement
renew-here-send = Agree and renew
former-title = Your former certificate
former-renewal = { $days ->
    [0] Your former certificate ends by itself once you have opened this service with the new one. You need not revoke it.
    [one] Your former certificate ends by itself { $days } day after you have opened this service with the new one. Until then both work. You need not revoke it.
   *[other] Your former certificate ends by itself { $days } days after you have opened this service with the new one. Until then both work. You need not revoke it.
}
former-replacement = { $days ->
    [0] The certificate of the former device ends by itself once the new device has opened this service. Nobody has to revoke it.
    [one] The certificate of the former device ends by itself { $days } day after the new device has opened this service. Until then both devices work. Nobody has to revoke it.
   *[other] The certificate of the former device ends by itself { $days } days after the new device has opened this service. Until then both devices work. Nobody has to revoke it.
}
former-new-file = { $days ->
    [0] The certificate of the former file ends by itself once this service was opened with the new one. Nobody has to revoke it.
    [one] The certificate of the former file ends by itself { $days } day after this service was opened with the new one. Nobody has to revoke it.
   *[other] The certificate of the former file ends by itself { $days } days after this service was opened with the new one. Nobody has to revoke it.
}
former-remove = How to remove an old certificate from a device
devices-renew = Renew
devices-renew-name = Renew { $device }
devices-renew-from = Can be renewed from { $day } on
devices-replace = Replace this device
user-further = Renew or replace
user-further-renewal = Renew
user-further-replacement = Replace the device
user-further-new-file = Make a new file
further-renewal-title = Renew a certificate
further-renewal-what = The certificate of { $name } ({ $device }) is renewed. The person gets a notice with a reference, and picks the new file up with a PIN. It takes no further certificate of your contract.
further-renewal-go = Begin the renewal
further-replacement-title = Replace a device
further-replacement-what = Another device takes the place of “{ $device }” of { $name }. The person gets a notice with a reference, and picks up on the new device with a PIN. It takes no further certificate of your contract.
further-replacement-go = Begin the replacement
further-new-file-title = Make a new file
further-new-file-what = The file for “{ $device }” of { $name } is made anew, for somebody who has forgotten its password or is told that it is wrong. The person gets a notice with a reference, and picks up with a PIN. It takes no further certificate of your contract.
further-new-file-go = Begin with the new file
further-own-replacement-title = Replace a device
further-own-replacement-what = A new device takes the place of “{ $device }”. When the notice about the pickup has come, open the pickup page on the new device and enter the PIN.
further-own-replacement-go = Begin the replacement
further-pin-shown = An administrator hands the PIN over: once this has begun, press [Show a PIN] on the person’s page.
further-pin-own-shown = Your administrator hands the PIN to you.
further-new-name = Name of the new device
further-resend = Send the PIN again
further-waits-new = A certificate for “{ $device }” waits for its pickup (reference { $reference }).
further-waits-renewal = The renewal for “{ $device }” waits for its pickup (reference { $reference }).
further-waits-replacement = The replacement by “{ $device }” waits for its pickup (reference { $reference }).
further-waits-new-file = The new file for “{ $device }” waits for its pickup (reference { $reference }).
further-waits-next = Ask the person to pick it up with the PIN that was sent. If it cannot be found, send a new one.
further-waits-own-next = Pick it up with the PIN that was sent. If you cannot find it, ask your administrator to send it again.
notice-renewal-begun = The renewal has begun. The person gets a notice about the pickup. The present certificate goes on working.
notice-replacement-begun = The replacement has begun. When the notice about the pickup has come, pick up on the new device. The present device goes on working.
notice-new-file-begun = The new file is on its way. The person gets a notice about the pickup.
