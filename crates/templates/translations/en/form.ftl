form-errors = Check what you entered
form-required = required
form-in-certificate = in the certificate
form-legend = * marks what is required. “in the certificate” marks what is written into your certificate.
form-legend-required = * marks what is required.

field-data-entry = Contents of data_entry.txt
field-data-entry-file = The file data_entry.txt
field-family-name = Family name
field-given-name = Given name
field-email = E-mail address
field-identification-code = Identification code
field-password = Password
field-device-name = Name of the device
field-challenge-phrase = Revocation phrase
field-challenge-phrase-new = Revocation phrase (optional)
field-reference = Reference
field-pin = PIN
field-p12-password = PKCS#12 file password
field-p12-password-confirm = PKCS#12 file password again
field-device-type = The device you use
field-password-remembered = I have made a note of this password
field-certificate = Certificate

problem-required = Fill this in.
problem-too-long = This is too long. Use at most { $max } characters.
problem-certificate-letter = “{ $letter }” cannot be used. Use roman letters, digits and symbols (for example 花子 → Hanako, 楓商事 → Kaede Shoji).
problem-certificate-letter-suggestion = “{ $letter }” cannot be used. Use plain letters without accents (for example { $typed } → { $suggestion }).
problem-email-not-ascii = Use plain letters, digits and symbols only, such as taro@example.com.
problem-email-malformed = This is not an e-mail address. Enter it like taro@example.com.
problem-email-taken = Another user has this e-mail address. Enter a different one.
problem-login-name-malformed = Use letters, digits and . _ - @ +, beginning with a letter or digit, at most 64 characters.
problem-login-name-taken = Another user has this login name. Enter a different one.
problem-group-malformed = The group “{ $group }” cannot be used. Use letters, digits and . _ -, at most 64 characters.
problem-site-name-malformed = Use at most 40 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.
problem-site-name-taken = This site name cannot be used. Choose a different one.
problem-site-name-in-use = The tenant “{ $tenant }” has this site name. Choose a different one.
problem-form-used = This form was sent before, with other contents. To do what it says now, check it and send it again.
problem-upstream-malformed = Enter it as http://host:port, for example http://127.0.0.1:5232.
problem-upstream-missing = Enter the address of the application that gets the headers, or leave the headers empty for the standard portal.
problem-header-malformed = “{ $name }” cannot be a header. Use letters, digits and hyphens such as remote-user, at most 64 characters.
problem-header-reserved = “{ $name }” is used by this service or by the connection itself. Choose a different header.
problem-header-doubled = The header “{ $name }” stands here twice. Remove one of them.
problem-too-many-headers = At most { $max } headers in all. Remove some.
problem-number-out-of-range = Enter a whole number from { $min } to { $max }.
problem-date-malformed = Enter today’s date or a later one, like 2027-03-31.
problem-code-mistyped = Enter all { $letters } letters and digits. Capitals and hyphens do not matter; 0, 1, i, l and o do not occur.
problem-digits-mistyped = Enter all { $digits } digits. Blanks and hyphens do not matter.
problem-password-too-short = This is too short. Use at least { $min } characters.
problem-password-not-ascii = Use only plain letters, digits and symbols. Some systems cannot type other characters at the import.
problem-password-yen = “¥” cannot be used: systems take it for different characters and then say at the import that the password is wrong. Take another symbol, such as - or !
problem-password-full-width = There are full-width characters in it. Turn the Japanese input method off and enter plain letters, digits and symbols.
problem-password-replaced-marks = There are symbols in it that phones and word processors put in by themselves, such as curly quotes (’ ”) or long dashes (– —). Enter letters, digits and symbols such as - or ! instead.
problem-password-unseen = There are invisible characters in it. If you pasted it, type it instead.
problem-passwords-differ = The two passwords differ. Enter the same one twice.
problem-remember-not-confirmed = Make a note of the password, then tick the box. Without it the file cannot be opened.
problem-agreement-missing = Read the subscriber agreement and press [Agree and apply].
problem-agreement-changed = The subscriber agreement has changed. Read it again and press [Agree and apply].
problem-device-type-missing = Choose the device you use.
problem-data-entry-missing = Choose the file data_entry.txt or paste its contents, then press [Load].
problem-data-entry-refused = This data_entry.txt is not as it was handed to you: its contents were changed, so it cannot be used. Choose the original file.
problem-data-entry-absent = This is not the contents of data_entry.txt. Paste all lines, from the one that begins with “contract_number=” to the one that begins with “signature=”.
problem-data-entry-lines-missing = Lines of data_entry.txt are missing: { $keys }. Paste all of them, from “contract_number=” to “signature=”.
problem-data-entry-line-doubled = There are two lines “{ $key }=”. Paste the contents of data_entry.txt once only.
problem-data-entry-value-damaged = The line “{ $key }=” cannot be read: a part is missing, or other letters are among it. Compare it with the data_entry.txt that you were given and mend it.
problem-data-entry-other-tenant = The data_entry.txt and the identification code belong to different contracts. Use both from the same sheet.
problem-licence-expired = The contract ended on { $date }. No new certificates can be issued. Contact the service provider.
problem-seats-in-use = { $used ->
    [one] One certificate is in use. Enter 1 or more, or have it revoked first.
   *[other] { $used } certificates are in use. Enter { $used } or more, or have some revoked first.
}
problem-seats-used-up = { $seats ->
    [one] The one certificate of the contract is in use. Another can be issued once it is revoked or the contract has more. Ask your administrator or, if you are the administrator, the service provider.
   *[other] All { $seats } certificates of the contract are in use. Another can be issued once one that is no longer needed is revoked or the contract has more. Ask your administrator or, if you are the administrator, the service provider.
}
problem-enrol-refused = This application cannot be accepted. Check e-mail address, identification code and password. With a contract sheet, data_entry.txt is needed, too.
problem-changed-meanwhile = After you opened this form, somebody else saved a change. What you typed is not saved yet. Compare it with what is on record, shown at each field that differs, and save again.
problem-on-record = On record now: { $value }
problem-on-record-empty = On record now: nothing
problem-applied-before = You applied with this password a moment ago, and that application counts as you sent it then. What you have changed since was not taken. If something in it is wrong, do not pick the certificate up: ask your administrator for a new invitation, or the operator of the service for a new sheet, and apply again.
tick-yes = ticked
tick-no = not ticked
problem-file-password-wrong = This is not the file's password. Enter the PKCS#12 file password that you chose on the pickup page.
problem-file-password-tries = The password was wrong too often, so no other kind can be made of this file. Use the file that you can download, or ask your administrator for a new invitation.
problem-pickup-refused = Reference or PIN is wrong. Enter them as in the newest e-mail (the one to pick up your certificate or the one with a new PIN), or as on the sheet from your administrator. After { $tries } wrong tries a PIN no longer works.
problem-revoke-refused = This cannot be done with these details. Check identification code, e-mail address and revocation phrase. If it is urgent, contact your administrator.
problem-revoke-over = This took too long, so the form is no longer good. Enter your details again.
problem-sign-in-refused = The password is wrong. It is not the PKCS#12 file password. Try again. If you have forgotten it, choose another one with a code from an e-mail.
problem-password-code-needed = A password is chosen with a confirmation code now. Press [Send a code], and use the code from the e-mail.
problem-too-many-tries = { $minutes ->
    [one] Too many tries. Try again in { $minutes } minute.
   *[other] Too many tries. Try again in { $minutes } minutes.
}
problem-file-missing = Choose a file.
problem-file-too-large = The file is too large. It may have at most { $max } MiB.
problem-file-workbook = This is an Excel workbook. Open it in Excel, choose [Save as] and “CSV UTF-8 (comma delimited)”, and choose the new file here.
problem-file-tabs = The cells of this file are separated by tabs. Choose [Save as] and “CSV UTF-8 (comma delimited)”, and choose the new file here.
problem-file-semicolons = The cells of this file are separated by semicolons. Save it as CSV with commas, and choose the new file here.
problem-name-is-formula = It cannot begin with = + - or @, which a spreadsheet would run as a formula. Enter the name only.
problem-name-damaged = A letter seems to have been lost here ({ $letter }). Save the original file as "CSV UTF-8 (Comma delimited)" once more, or type the right name.
problem-name-unseen = There is a letter that nobody can see ({ $letter }). Delete it and type the name anew.
problem-file-damaged = The characters in line { $line } are damaged. Open the original in your spreadsheet program and save it as "CSV UTF-8 (Comma delimited)" once more.
problem-file-quote-open = A quotation mark (") in line { $line } is not closed, so the rows below it would become one value. Nothing was read. Remove the mark or close it.
problem-file-charset = The character set cannot be read. Save the file as "CSV UTF-8 (Comma delimited)".
problem-column-missing = The first row has no column “{ $column }”. Use the headings of the sample file.
problem-own-account = You cannot do this to yourself. Ask another administrator.
problem-data-entry-line = Line { $line } has an item that the data_entry.txt you were given does not have. Remove the line.
problem-tenant-closed = The contract of this data_entry.txt is not in service. Contact the service provider.
problem-applicant-suspended = You or your company are suspended, so no application can be accepted now. Contact your administrator.
problem-recipient-suspended = This user is suspended. Resume the user first, then try again.
problem-company-suspended = The contract is suspended or over, so nobody can be added or invited. Contact the service provider.
problem-slips-not-allowed = With the present settings invitations cannot be printed. Send this one by e-mail.
problem-pin-is-mailed = The PINs of this company's people go to them by e-mail. They cannot be shown here.
problem-pin-by-administrator = With the present settings this person's PIN is not sent by e-mail. Press [Show a PIN] under Applications in Administration.
problem-pin-by-operator = The PINs of administrators and auditors cannot be shown in Administration. If one does not arrive by e-mail, contact the service provider.
problem-last-administrator = No administrator would be left. Make someone else an administrator first.
problem-device-has-certificate = A device of this name has a certificate already, or an application under way. To renew it, or to replace it with a new device, use My page or ask your administrator. If it is another device, give it another name.
problem-had-certificate = Someone who has had a certificate cannot be deleted. Suspend the user instead.
problem-nothing-ends-soon = No certificate of this person ends within { $days } days, so there is nothing to renew.
problem-last-administration-key = No certificate would be left that opens Administration. To revoke it all the same, tick the box.
problem-rejection-reason-missing = Enter a reason, or tick [Give no reason].
problem-certificate-missing = Choose the certificate to revoke.
problem-reason-missing = Choose a reason for revoking.
problem-file-empty = There are no people in the file. Put the headings in the first row and one person in each row below.
problem-too-many-people = A company may have at most { $max } people here, and with these there would be more. Nothing was done. Ask the service provider if you need more.
problem-too-many-invitations = A company may send at most { $max } invitations within a day, and with these there would be more. Nothing was done. Import fewer people today and the others tomorrow, or ask the service provider.
problem-too-many-imports = { $max } imports of your company wait or run already. Finish one of them, or wait a day.
problem-administrators-unconfirmed = Somebody becomes an administrator or auditor. Check the names and tick the box.
problem-rows-refused = Some rows cannot be imported, so nothing was. Correct them, or import the others only.
problem-too-many-rows = The file has too many rows. It may have at most { $max }. Split it and import one part after the other.
problem-column-doubled = The first row has the column “{ $column }” twice. Remove one of them.
problem-doubled-in-file = The same value stands in line { $line } of the file. Correct or remove one of the two rows.
problem-role-unknown = There is no such role. Use user, administrator or auditor.
problem-language-unknown = There is no such language. Use ja for Japanese or en for English.
problem-left-undone = The work stopped before this one was done. Check the present state, then try again.
problem-stale = Something changed meanwhile. Check the present state, then try again.
problem-already-done = This has been done already. Look at how things stand.
problem-not-picked-up = The certificate was never picked up. Revoke it if it is not wanted.
problem-renewal-under-way = A certificate for this device is already on its way. Use the PIN that was sent.
problem-renewal-too-early = This certificate can be renewed from { $from } on.
problem-renewal-too-late = The certificate ended more than { $days } days ago. Ask your administrator for a new invitation.
problem-device-on-hold = The device is on hold. Ask your administrator to let it in again first.
problem-device-revoked = The device’s certificate was revoked. Ask your administrator for a new invitation.
problem-new-file-over = The days are over in which you can have the file made anew yourself. Ask your administrator.
problem-mail-erased = The text of this mail is erased, so it cannot be sent again.
problem-application-closed = The application is not open any more. Invite the person again.
problem-administrator-established = The first administrator has picked up a certificate. Change the address in the company’s administration.
problem-no-administrator = There is no administrator to hand a sheet to. Add one first.
problem-operators-tenant = The operators’ own company is no customer and cannot be changed here.
problem-web-address-malformed = Enter an address that begins with https://, pasted from the browser's address bar (such as https://intra.example.jp/).
problem-portal-full = There is room for { $max }. Remove an old one first.
field-email-code = Confirmation code
problem-shared-unnamed = Tenant “{ $other }” uses this address, too. No header of tenant “{ $of }” names a person, so the application could take people of one tenant for people of the other. Map a header to login@tenant, the permanent id or the signed assertion.
problem-shared-alike = Tenant “{ $other }” uses this address, too. What the headers of tenant “{ $of }” tell could also be somebody of another tenant. Map login@tenant, the permanent id or the signed assertion only.
problem-rules-shared = Tenant “{ $other }” has the same application. Without these rules it could take people of one tenant for people of the other. Change the headers first.
problem-login-suffix-malformed = Begin with one of . _ - @ + and go on with a-z, 0-9 or the same symbols, for example @kanto. At most 32 letters.
problem-email-domain-malformed = “{ $domain }” is not a domain, or there are more than 32. Enter domains like kanto.example and divide them by commas.
problem-domain-malformed = This is not a domain. Enter one like corp.example.
problem-compat-not-allowed = The older encryption is not allowed. Allow it in the box above, or choose another one.
problem-principal-name-missing = This needs a UPN. Choose one at “User principal name (UPN)”.
problem-login-suffix-missing = Your service provider has set that login names end in { $suffix }. Add it, for example taro{ $suffix }.
problem-email-elsewhere = Your service provider has set that e-mail addresses end in { $domains }. Enter such an address.
problem-rename-looks-new = Under another login name, the service at { $site } takes this person for a new one and does not find what belongs to the old name. To rename all the same, tick the box and press [Save] again.
problem-email-code-wrong = { $left ->
    [one] The code is wrong. You have one more try. Look for the newest e-mail.
   *[other] The code is wrong. You have { $left } more tries. Look for the newest e-mail.
}
problem-email-code-over = This code no longer works. Have a new one sent with [Send a code].
problem-too-many-email-codes = Many codes were sent already. The next one can be sent from { $until } on.
problem-email-not-vouched = Your service provider does not accept an administrator's word for this domain. Have a code sent.
field-administrators-confirmed = The people named above are meant to be administrators or auditors
field-apply-changes = Also apply the changes to people who are here already
field-rename-known = I know that the service takes this person for a new one
