//! Imports and exports. What is wrong with a row is no fault of the request: such a row is reported and holds up no other.

use keystead_ceremony::import::{Format, Parts, Record};
use keystead_domain::RpId;
use keystead_proto::v1::{self, import_row::Row};
use keystead_service::{ExportFilter, Import, ImportOptions, ImportRow, UnknownUserVerification};

use super::{
    super::{
        Decoded, Fields, Noted, Violations,
        shared::{optional_name, optional_rp_id, optional_user, word},
    },
    states,
};
use crate::arrival::Arrival;

/// The options of the first message, without which an import does not begin.
pub(crate) fn import_options(
    message: Option<v1::ImportOptions>,
) -> Result<(Format, ImportOptions), Violations> {
    let mut fields = Fields::default();
    let Some(message) = message else {
        let noted = fields.note("options", "is required in the first message");
        return fields.finish(|| Err(noted));
    };
    let rp_id = match message.rp_id.as_str() {
        "" => Ok(None),
        _ => fields.take("options.rp_id", RpId::new(message.rp_id)).map(Some),
    };
    let format = format(&mut fields, message.format);
    let unknown = unknown_user_verification(&mut fields, message.unknown_user_verification);
    let profile = optional_name(&mut fields, "options.profile", message.profile);
    fields.finish(|| {
        let options = ImportOptions {
            rp_id: rp_id?,
            dry_run: message.dry_run,
            unknown_user_verification: unknown?,
            existing_users_only: message.existing_users_only,
            profile: profile?,
        };
        Ok((format?, options))
    })
}

/// What a message after the first one has, which is rows and nothing else.
pub(crate) fn no_options(message: Option<&v1::ImportOptions>) -> Result<(), Violations> {
    let mut fields = Fields::default();
    if message.is_some() {
        fields.note("options", "belongs in the first message");
    }
    fields.finish(|| Ok(()))
}

/// The rows of a message. Their number is checked first: each costs the reading of a key.
pub(crate) fn import_rows(format: Format, rows: Vec<v1::ImportRow>) -> Result<Vec<ImportRow>, Violations> {
    let mut fields = Fields::default();
    if rows.len() > Import::MOST_ROWS {
        let noted = fields.note("rows", format!("must be at most {}", Import::MOST_ROWS));
        return fields.finish(|| Err(noted));
    }
    let mut taken = Vec::with_capacity(rows.len());
    for (n, row) in rows.into_iter().enumerate() {
        taken.extend(import_row(&mut fields, format, n, row));
    }
    fields.finish(|| Ok(taken))
}

fn import_row(fields: &mut Fields, format: Format, n: usize, row: v1::ImportRow) -> Result<ImportRow, Noted> {
    let record = match row.row {
        Some(Row::Json(text)) => Record::from_json(format, &text),
        Some(Row::Record(record)) if format == Format::Keystead => Record::from_parts(parts(record)),
        Some(Row::Record(_)) => {
            return Err(fields.note(format!("rows[{n}].record"), "is for format KEYSTEAD: give json"));
        }
        None => return Err(fields.note(format!("rows[{n}]"), "must have record or json")),
    };
    Ok(ImportRow { number: row.number, record })
}

/// The ids that an export adds are not read.
fn parts(record: v1::CredentialRecord) -> Parts {
    let time = |at: prost_types::Timestamp| (at.seconds, at.nanos);
    Parts {
        external_id: record.external_id,
        user_display_name: record.user_display_name,
        user_handle: record.user_handle,
        rp_id: record.rp_id,
        webauthn_id: record.webauthn_id,
        public_key: record.public_key,
        algorithm: record.algorithm,
        sign_count: record.sign_count,
        aaguid: record.aaguid,
        attestation_format: record.attestation_format,
        transports: record.transports,
        attachment: record.attachment,
        discoverable: record.discoverable,
        backup_eligible: record.backup_eligible,
        backed_up: record.backed_up,
        user_verification_initialized: record.user_verification_initialized,
        display_name: record.display_name,
        state: record.state,
        create_time: record.create_time.map(time),
        last_use_time: record.last_use_time.map(time),
    }
}

fn format(fields: &mut Fields, number: i32) -> Result<Format, Noted> {
    let format = word(fields, "options.format", number, |word| match word {
        v1::ImportFormat::Unspecified => None,
        v1::ImportFormat::Keystead => Some(Format::Keystead),
        v1::ImportFormat::SimpleWebauthn => Some(Format::SimpleWebauthn),
        v1::ImportFormat::GoWebauthn => Some(Format::GoWebauthn),
        v1::ImportFormat::Hanko => Some(Format::Hanko),
    })?;
    Ok(format.unwrap_or(Format::Keystead))
}

fn unknown_user_verification(fields: &mut Fields, number: i32) -> Result<UnknownUserVerification, Noted> {
    let meaning = word(fields, "options.unknown_user_verification", number, |word| match word {
        v1::UnknownUserVerification::Unspecified => None,
        v1::UnknownUserVerification::Verified => Some(UnknownUserVerification::Verified),
        v1::UnknownUserVerification::PresenceOnly => Some(UnknownUserVerification::PresenceOnly),
    })?;
    Ok(meaning.unwrap_or(UnknownUserVerification::Refuse))
}

/// Which credentials, and after which of them to go on.
pub(crate) fn export_credentials(
    arrival: Arrival,
    message: v1::ExportCredentialsRequest,
) -> Decoded<(ExportFilter, String)> {
    let mut fields = Fields::default();
    let user = optional_user(&mut fields, message.user);
    let rp_id = optional_rp_id(&mut fields, message.rp_id);
    let states = states(&mut fields, &message.states);
    fields.finish(|| {
        let filter = ExportFilter { user: user?, rp_id: rp_id?, states: states? };
        Ok((arrival.plain(), (filter, message.resume_token)))
    })
}
