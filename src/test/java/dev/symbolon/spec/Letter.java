package dev.symbolon.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A mail as it lies in the inbox of the local mode.
record Letter(String to, String kind, String subject, String text, String html) {
    private static final Pattern CODE = Pattern.compile("(?m)^\\s*([0-9]{3}) ?([0-9]{3})\\s*$");
    private static final Pattern LINK = Pattern.compile("(https?://\\S+/verify\\?link=\\S+)");

    /// Every mail to that address, the newest first.
    static List<Letter> to(Site site, String address) {
        var url = "http://127.0.0.1:" + site.app.managementPort() + "/dev/mail.json";
        var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(url)).GET());
        var letters = new ArrayList<Letter>();
        for (var mail : reply.json()) {
            if (text(mail, "to").equals(address)) {
                letters.add(new Letter(
                        text(mail, "to"),
                        text(mail, "kind"),
                        text(mail, "subject"),
                        text(mail, "text"),
                        text(mail, "html")));
            }
        }
        return letters;
    }

    /// The newest one.
    static Letter last(Site site, String address) {
        return to(site, address).stream().findFirst().orElseThrow(() -> new AssertionError("no mail to " + address));
    }

    private static String text(JsonNode mail, String field) {
        return mail.path(field).asText();
    }

    /// The six digits.
    String code() {
        var found = CODE.matcher(text);
        if (!found.find()) {
            throw new AssertionError("no code in:\n" + text);
        }
        return found.group(1) + found.group(2);
    }

    /// A code that it is not.
    String otherCode() {
        return code().startsWith("0") ? "1" + code().substring(1) : "0" + code().substring(1);
    }

    /// The link that does the same as the code, from the path on.
    String link() {
        var found = LINK.matcher(text);
        if (!found.find()) {
            throw new AssertionError("no link in:\n" + text);
        }
        return found.group(1);
    }

    /// The first address that begins so behind the issuer, from the path on.
    String path(String start) {
        var found = Pattern.compile("https?://[^/\\s]+(" + Pattern.quote(start) + "\\S+)")
                .matcher(text);
        if (!found.find()) {
            throw new AssertionError("no " + start + " in:\n" + text);
        }
        return found.group(1);
    }
}
