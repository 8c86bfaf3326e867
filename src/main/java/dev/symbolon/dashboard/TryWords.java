package dev.symbolon.dashboard;

/// What the words of the protocol mean, one sentence each, for whoever meets them for the first time.
final class TryWords {
    private TryWords() {}

    /// What a parameter or a claim is for; empty for one that says so itself.
    static String meaning(String name) {
        return switch (name) {
            case "response_type" -> "What is asked for: a code, and nothing else.";
            case "client_id" -> "Which application asks.";
            case "redirect_uri" -> "Where the person comes back to; one of the Allowed Callback URLs, byte for byte.";
            case "scope" -> "What the application wants to know and do, word by word.";
            case "state" -> "Random; comes back as it went, so that nobody can slip in an answer of their own.";
            case "nonce" -> "Random; stands in the ID token again, so that an old one is of no use.";
            case "code_challenge" -> "The SHA-256 of a secret that only this run knows (PKCE).";
            case "code_challenge_method" -> "How the challenge was made.";
            case "prompt" -> "What the person is to be shown, or that nothing may be shown.";
            case "connection" -> "Where the person is to come from.";
            case "resource" -> "The API that the access token is for.";
            case "code" -> "Good once and not for long; worth nothing without the code_verifier.";
            case "error" -> "Why there is no code.";
            case "error_description" -> "The same, for the developer.";
            case "signup" -> "The account was made on the way.";
            case "alg" -> "How it was signed.";
            case "kid" -> "With which key of /.well-known/jwks.json.";
            case "typ" -> "What kind of token it is.";
            case "iss" -> "Who says so: the issuer.";
            case "aud" -> "For whom it is; anybody else has to refuse it.";
            case "sub" -> "Who the person is, for good: keep this one, not the e-mail.";
            case "exp" -> "Until when it is good.";
            case "iat" -> "When it was made.";
            case "auth_time" -> "When the person last showed who they are.";
            case "amr" -> "How they did (RFC 8176).";
            case "acr" -> "How sure that is.";
            case "at_hash" -> "Ties the ID token to the access token.";
            case "sid" -> "The session of the browser.";
            case "jti" -> "The token's own id.";
            case "email_verified" -> "Whether the person was shown to read mail there.";
            default -> "";
        };
    }

    /// What to do about an error.
    static String advice(String error) {
        return switch (error) {
            case "access_denied" ->
                "Somebody said no: the person on the sign-in or consent page, or the other server. An application"
                        + " says so kindly and offers to try again.";
            case "login_required" ->
                "prompt=none may show nothing, and nobody (or not the right person) is signed in in this browser. An"
                        + " application sends the person once more without prompt=none.";
            case "consent_required", "interaction_required", "account_selection_required" ->
                "prompt=none may show nothing, and the person has to be asked something. An application sends them"
                        + " once more without prompt=none.";
            case "invalid_scope" -> "A word of scope cannot be one. Choose others, or let the client have it.";
            case "invalid_target" -> "The API of resource is not known, or this client cannot ask for it.";
            case "unauthorized_client" -> "The client is not registered for this; its page says what it may.";
            case "invalid_client" ->
                "The secret is not one of this client or has ended, or the client was changed meanwhile. Nothing is"
                        + " spent: paste another one below. If nobody has it any more, a new one is made on the"
                        + " client's page.";
            case "invalid_grant" ->
                "The code is over: it is good once and for 60 seconds by default, and only while the person stays"
                        + " signed in. Begin again.";
            case "temporarily_unavailable", "server_error" -> "It is not the client. Begin again in a moment.";
            default -> "The sentence says what was wrong. Begin again with other choices.";
        };
    }
}
