package dev.symbolon.web;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;

/// A form with a file in it (RFC 7578). A field and a file are the same here: some bytes under a name.
public final class Multipart {
    private static final String TYPE = "multipart/form-data";
    private static final int PARTS_MAX = 200;

    private Multipart() {}

    /// Whether the body says that it is one.
    public static boolean isOne(Call call) {
        return call.mediaType().equals(TYPE);
    }

    /// The fields of the body, which is bounded as every body is.
    ///
    /// @throws OAuthException `invalid_request` when it cannot be read, or has more than 200 parts
    public static Form form(Call call) {
        var type = call.header("content-type").orElse("");
        try {
            var body = new MimeMultipart(new ByteArrayDataSource(call.body().get(), type));
            if (body.getCount() > PARTS_MAX) {
                throw refused("The form has more than " + PARTS_MAX + " parts.");
            }
            var values = new LinkedHashMap<String, byte[]>();
            var repeated = new LinkedHashSet<String>();
            for (var i = 0; i < body.getCount(); i++) {
                var part = body.getBodyPart(i);
                var name = name(part);
                if (name.isPresent() && values.putIfAbsent(name.get(), bytes(part)) != null) {
                    repeated.add(name.get());
                }
            }
            return Form.of(values, repeated);
        } catch (MessagingException | IOException _) {
            throw refused("The form cannot be read as multipart/form-data.");
        }
    }

    private static Optional<String> name(BodyPart part) throws MessagingException {
        var header = part.getHeader("Content-Disposition");
        return header == null
                ? Optional.empty()
                : Optional.ofNullable(new ContentDisposition(header[0]).getParameter("name"));
    }

    // RFC 7578 §4.7: parts are sent as they are, so whatever a part says of an encoding is not believed.
    private static byte[] bytes(BodyPart part) throws MessagingException, IOException {
        try (var in = ((MimeBodyPart) part).getRawInputStream()) {
            return in.readAllBytes();
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
