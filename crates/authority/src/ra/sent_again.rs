//! A form that was sent again within a moment: the same one, or a correction that comes too late.

use super::{ApplyRefusal, Receipt, Registration, SentApplication};
use crate::{
    Unavailable,
    password_hash::{Asker, same_hash},
    seal::hashes_match,
    tries::Tried,
};
use domain::{
    application::{ApplicationState, StoredApplication},
    application_form::StatedApplication,
    id::{TenantId, UserId},
    invitation::InvitationKind,
    time::{SignedDuration, Timestamp},
};
use store::applications::ChallengeHash;

/// For how long a form that is sent again is the same one.
const SENT_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// An application whose form may have been sent again.
struct SentBefore {
    application: StoredApplication,
    /// Does the certificate carry the name that the form said?
    names_itself: bool,
    challenge: Option<ChallengeHash>,
    sent: SentApplication,
}

impl Registration {
    /// For a form whose credentials open nothing: it was sent a moment ago, or it is a wrong try.
    pub(super) async fn sent_or_refused(
        &self,
        stated: &StatedApplication,
        data_entry_shown: bool,
        tried: &Tried,
    ) -> Result<Receipt, ApplyRefusal> {
        if let Some(former) = self.sent_before(stated, data_entry_shown).await? {
            return self.receipt_again(former, stated, tried).await;
        }
        self.tries.settle_wrong_try("refuse_application", tried).await?.map_err(ApplyRefusal::TooMany)?;
        Err(ApplyRefusal::Uniform)
    }

    /// The application for which the same credentials were shown a moment ago. Everybody who is refused takes this
    /// way, whatever was wrong.
    async fn sent_before(
        &self,
        stated: &StatedApplication,
        data_entry_shown: bool,
    ) -> Result<Option<SentBefore>, Unavailable> {
        let now = self.core.now();
        let mut reader = self.core.read().await?;
        let tenant = reader.tenant_by_identification_code(&stated.identification_code).await?;
        let of =
            tenant.as_ref().map_or_else(|| TenantId::new(now, &mut *self.core.rng()), |tenant| tenant.id);
        let person = reader.tenant(of).user_by_email(&stated.email).await?;
        let user = person.as_ref().map_or_else(|| UserId::new(now, &mut *self.core.rng()), |user| user.id);
        let typed = self.passwords.hash(user.as_bytes(), stated.password.expose())?;
        let since = now.checked_sub(SENT_AGAIN).unwrap_or(Timestamp::MIN);
        for invitation in reader.tenant(of).invitations_spent_since(user, since).await? {
            let shown = data_entry_shown || invitation.kind != InvitationKind::Sheet;
            if !hashes_match(&typed, &invitation.secret_hash) || !shown {
                continue;
            }
            let Some(spent_at) = invitation.spent_at else { continue };
            // The application that used it up was submitted at the same moment.
            let mut scope = reader.tenant(of);
            if let Some(record) = scope.applications_submitted_at(user, spent_at).await?.into_iter().next() {
                // A name that was on record then was taken from there, whatever was typed.
                let names_itself = invitation.kind == InvitationKind::Sheet
                    && !scope.has_applied_before(user, spent_at).await?;
                let particulars = record.application.particulars();
                let challenge = scope.challenge_hash_of(particulars.id).await?;
                let (Some(tenant), Some(person)) = (&tenant, &person) else { continue };
                let mails = record.pin_mails;
                let sent = SentApplication::of(tenant, person, particulars, mails, self.core.service());
                return Ok(Some(SentBefore {
                    application: record.application,
                    names_itself,
                    challenge,
                    sent,
                }));
            }
        }
        Ok(None)
    }

    /// The receipt of a form that was sent again and says the same: its person has applied once. A correction is
    /// refused, because it comes too late.
    async fn receipt_again(
        &self,
        former: SentBefore,
        stated: &StatedApplication,
        tried: &Tried,
    ) -> Result<Receipt, ApplyRefusal> {
        let particulars = former.application.particulars();
        let named_alike = stated.roman_name.as_ref().is_none_or(|name| particulars.roman_name == *name);
        let same_name = !former.names_itself || named_alike;
        let same_challenge = match (&stated.challenge, &former.challenge) {
            (None, None) => true,
            (Some(phrase), Some(kept)) => {
                let asker = Asker::Person(particulars.user);
                let reserved = self.tries.reserve_try("reserve_phrase", tried, asker).await?;
                let reserved = reserved.map_err(ApplyRefusal::TooMany)?;
                let typed = self.phrases.hash(particulars.user, phrase, &reserved).await?;
                self.tries.give_back("compare_phrase", tried, reserved).await?;
                same_hash(&typed, &kept.phc)
            }
            _ => false,
        };
        if !(particulars.device_name == stated.device_name && same_name && same_challenge) {
            return Err(ApplyRefusal::AppliedBefore);
        }
        let approved = former.application.state() != ApplicationState::Submitted;
        Ok(Receipt { reference: particulars.reference.clone(), approved, sent: former.sent })
    }
}
