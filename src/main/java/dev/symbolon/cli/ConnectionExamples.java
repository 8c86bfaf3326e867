package dev.symbolon.cli;

import dev.symbolon.oauth.Connection.Kind;

/// What one types for each kind of connection, and what comes after it.
final class ConnectionExamples {
    private ConnectionExamples() {}

    static Command shownIn(Command command) {
        return command.example(
                        "Google, with the secret from a file:",
                        "symbolon connection add google --kind google \\",
                        "  --client-id 1234-abcd.apps.googleusercontent.com --client-secret-stdin < secret.txt")
                .example(
                        "GitHub, with the secret from an environment variable:",
                        "symbolon connection add github --kind github --client-id Ov23abcd \\",
                        "  --client-secret-env GITHUB_SECRET")
                .example(
                        "GitHub Enterprise:",
                        "symbolon connection add work --kind github --issuer https://github.example.com \\",
                        "  --label \"Work GitHub\" --client-id 0123abcd --client-secret-env GHE_SECRET")
                .example(
                        "Microsoft, only people of one directory:",
                        "symbolon connection add microsoft --kind microsoft \\",
                        "  --issuer 00000000-1111-2222-3333-444444444444 --client-id 5555-6666 \\",
                        "  --client-secret-env MICROSOFT_SECRET")
                .example(
                        "Any OpenID Connect provider, for example Keycloak:",
                        "symbolon connection add keycloak --kind oidc --label Keycloak \\",
                        "  --issuer https://id.example.com/realms/staff --client-id symbolon \\",
                        "  --client-secret-env KEYCLOAK_SECRET")
                .example(
                        "Any OAuth 2.0 provider:",
                        "symbolon connection add forge --kind oauth2 --label Forge --client-id symbolon \\",
                        "  --client-secret-env FORGE_SECRET --scope read_user \\",
                        "  --authorize-url https://forge.example.com/oauth/authorize \\",
                        "  --token-url https://forge.example.com/oauth/token \\",
                        "  --userinfo-url https://forge.example.com/api/user \\",
                        "  --map sub=id --map name=full_name --map preferred_username=login --map email=email")
                .example(
                        "A code by mail instead of a password:",
                        "symbolon connection add mail --kind passwordless_email");
    }

    /// What is to be done after a connection was added or changed.
    static String next(Kind kind) {
        return switch (kind) {
            case GOOGLE -> "put this redirect URI into the OAuth client at Google, under \"Authorized redirect URIs\".";
            case GITHUB -> "put this redirect URI into the OAuth app at GitHub, as its \"Authorization callback URL\".";
            case MICROSOFT ->
                "put this redirect URI into the app registration at Microsoft, under \"Authentication\", platform"
                        + " \"Web\".";
            case OIDC, OAUTH2 -> "register this redirect URI at the provider, byte for byte.";
            case PASSWORDLESS_EMAIL, DATABASE -> "look at the sign-in page of an application.";
        };
    }
}
