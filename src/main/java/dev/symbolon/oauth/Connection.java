package dev.symbolon.oauth;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A place where people of a tenant come from. Its client secret is not here: only the store's
/// sealed copy exists.
///
/// @param name what a developer calls it; `connection` at the authorization endpoint finds it by this too
/// @param label what stands on its button, for example `Google`
/// @param icon what stands beside that
/// @param upstream the server that people are sent to; absent for `database` and `passwordless_email`
/// @param isDefault the one that a person meets first
/// @param isEnabled switched off, it is as if it were not there
public record Connection(
        TenantId tenant,
        ConnectionId id,
        Kind kind,
        String name,
        String label,
        Icon icon,
        Optional<Upstream> upstream,
        Rules rules,
        boolean isDefault,
        boolean isEnabled) {

    /// The connection that every tenant has from the beginning.
    public static final ConnectionId DATABASE = new ConnectionId("database");

    /// How people of it show who they are.
    public enum Kind {
        /// An e-mail address and a password, kept here.
        DATABASE,
        /// A code or a link that is sent to the address.
        PASSWORDLESS_EMAIL,
        /// OpenID Connect at `https://accounts.google.com`.
        GOOGLE,
        /// OAuth 2.0 and GitHub's API, which knows no OpenID Connect.
        GITHUB,
        /// OpenID Connect at Microsoft; the issuer differs for each of its tenants.
        MICROSOFT,
        /// OpenID Connect at any issuer, by discovery.
        OIDC,
        /// OAuth 2.0 with configured addresses.
        OAUTH2;

        /// The name on the wire, for example `passwordless_email`.
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /// The kind of that name.
        public static Optional<Kind> of(String wire) {
            return java.util.stream.Stream.of(values())
                    .filter(kind -> kind.wire().equals(wire))
                    .findFirst();
        }

        /// Every name on the wire.
        public static List<String> names() {
            return java.util.stream.Stream.of(values()).map(Kind::wire).toList();
        }

        /// Whether people are sent to another server.
        public boolean isUpstream() {
            return this != DATABASE && this != PASSWORDLESS_EMAIL;
        }
    }

    /// The marks that stand on buttons; they are drawn in the page, so that it asks nobody else for anything.
    public enum Icon {
        KEY,
        MAIL,
        COMPANY,
        PERSON,
        GOOGLE,
        GITHUB,
        MICROSOFT;

        /// The name on the wire, for example `github`.
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /// The icon of that name.
        public static Optional<Icon> of(String wire) {
            return java.util.stream.Stream.of(values())
                    .filter(icon -> icon.wire().equals(wire))
                    .findFirst();
        }

        /// Every name on the wire.
        public static List<String> names() {
            return java.util.stream.Stream.of(values()).map(Icon::wire).toList();
        }

        /// What a connection of a kind has when nobody says otherwise.
        public static Icon of(Kind kind) {
            return switch (kind) {
                case GOOGLE -> GOOGLE;
                case GITHUB -> GITHUB;
                case MICROSOFT -> MICROSOFT;
                case DATABASE, PASSWORDLESS_EMAIL -> MAIL;
                case OIDC, OAUTH2 -> KEY;
            };
        }
    }

    /// The other server, and who we are there.
    ///
    /// @param clientId the `client_id` that it gave us
    /// @param scopes what we ask it for
    /// @param issuer its issuer: of `oidc`; for `microsoft` the tenant in its address (`common`, `organizations`,
    ///     `consumers` or an id); for `github` the address of an Enterprise server; for `oauth2` what its answers
    ///     name, if they do (RFC 9207); otherwise empty
    /// @param endpoints of `oauth2`; otherwise derived or discovered
    /// @param mapping of `oauth2`: from our claim, `sub` among them, to the member of its answer at
    ///     userinfo, with dots between levels
    public record Upstream(
            String clientId,
            List<String> scopes,
            Optional<String> issuer,
            Optional<Endpoints> endpoints,
            Map<String, String> mapping) {
        public Upstream {
            scopes = List.copyOf(scopes);
            mapping = Map.copyOf(mapping);
        }
    }

    /// Where another server answers (RFC 6749 §3), as absolute URLs.
    public record Endpoints(String authorize, String token, String userinfo) {}

    /// What an operator decides about it.
    ///
    /// @param clients the applications that it is for; every one when empty
    /// @param signUp whether somebody who was never here gets an account
    /// @param trustsEmail whether an address that it calls verified is verified here too
    /// @param syncsProfile whether the profile follows the other server at each sign-in
    /// @param connectsVerified whether a person whose address both servers have verified connects the two by
    ///     saying so, without signing in to the account first
    public record Rules(
            List<ClientId> clients,
            boolean signUp,
            boolean trustsEmail,
            boolean syncsProfile,
            boolean connectsVerified) {
        /// For every application, with sign-up; what the other server says of addresses is believed, the profile
        /// follows it, and who has an account signs in to it before the two are connected.
        public static final Rules DEFAULT = new Rules(List.of(), true, true, true, false);

        public Rules {
            clients = List.copyOf(clients);
        }
    }

    /// Whether people of this application may come from here.
    public boolean isFor(ClientId client) {
        return isEnabled && (rules.clients().isEmpty() || rules.clients().contains(client));
    }
}
