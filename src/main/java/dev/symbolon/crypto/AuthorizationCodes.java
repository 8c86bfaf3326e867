package dev.symbolon.crypto;

import dev.symbolon.oauth.AuthorizationCode;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;

/// The wire form of an authorization code: everything that it is worth, sealed.
public final class AuthorizationCodes {
    private AuthorizationCodes() {}

    /// The code for the redirect.
    public static Sealed write(Sealer sealer, AuthorizationCode code) {
        var grant = code.grant();
        var fields = new SealedFields.Writer()
                .text(grant.id().value())
                .text(grant.client().value())
                .text(grant.subject().value())
                .text(grant.session().value())
                .texts(grant.scope().values())
                .optional(grant.resource())
                .optional(grant.nonce())
                .instant(grant.authTime())
                .texts(grant.amr())
                .texts(grant.claims().userinfo())
                .texts(grant.claims().idToken())
                .optional(grant.claims().subject())
                .optional(grant.consent().map(at -> Long.toString(at.toEpochMilli())))
                .instant(grant.createdAt())
                .instant(grant.expiresAt())
                .text(code.redirectUri())
                .optional(code.codeChallenge().map(CodeChallenge::value));
        return sealer.seal(Purpose.CODE, fields.bytes(), code.expiresAt());
    }

    /// What the code is worth; empty when this tenant did not write it or it has expired.
    public static Optional<AuthorizationCode> read(Sealer sealer, TenantId tenant, String text, Instant now) {
        return sealer.open(Purpose.CODE, text, now).map(content -> {
            try {
                return read(new SealedFields.Reader(content), tenant, now);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static AuthorizationCode read(SealedFields.Reader in, TenantId tenant, Instant now) throws IOException {
        var grant = new Grant(
                tenant,
                new GrantId(in.text()),
                new ClientId(in.text()),
                new Subject(in.text()),
                new SessionId(in.text()),
                Scope.of(in.texts()),
                in.optional(),
                in.optional(),
                in.instant(),
                in.texts(),
                new ClaimsRequest(new LinkedHashSet<>(in.texts()), new LinkedHashSet<>(in.texts()), in.optional()),
                in.optional().map(at -> Instant.ofEpochMilli(Long.parseLong(at))),
                in.instant(),
                in.instant());
        return new AuthorizationCode(grant, in.text(), in.optional().map(CodeChallenge::new), now);
    }
}
