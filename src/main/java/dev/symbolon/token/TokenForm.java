package dev.symbolon.token;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;

/// The parameters of a request to an endpoint for tokens: a form or a flat JSON object, with the same checks.
final class TokenForm {
    private TokenForm() {}

    /// @throws OAuthException `invalid_request` for another media type, a repeated parameter or a value that is no
    /// text
    static Form read(Call call) {
        var form = switch (call.mediaType()) {
            case "application/x-www-form-urlencoded" -> call.form();
            case "application/json" -> Json.readForm(call.body().get());
            default ->
                throw new OAuthException(
                        OAuthError.INVALID_REQUEST,
                        "Content-Type has to be application/x-www-form-urlencoded or application/json.");
        };
        if (!form.repeated().isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "A parameter was sent more than once (RFC 6749 section 3.2).");
        }
        return form;
    }
}
