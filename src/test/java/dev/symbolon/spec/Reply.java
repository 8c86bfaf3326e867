package dev.symbolon.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.web.Form;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What came back, and how a test reads it.
public record Reply(HttpResponse<byte[]> http) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"");

    public int status() {
        return http.statusCode();
    }

    public String body() {
        return new String(http.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    public Optional<String> header(String name) {
        return http.headers().firstValue(name);
    }

    public List<String> headers(String name) {
        return http.headers().allValues(name);
    }

    public String location() {
        return header("location").orElseThrow(() -> new AssertionError("no Location; " + status() + "\n" + body()));
    }

    /// What became of a sign-in: `in`, `wrong` (the page again, with a notice), or the status of any other answer.
    public String signIn() {
        var leadsTo = header("location").orElse("");
        return status() == 303 && leadsTo.startsWith("/authorize/resume?")
                ? "in"
                : status() == 303 && leadsTo.startsWith("/login?interaction=") ? "wrong" : Integer.toString(status());
    }

    /// The parameters of the redirect.
    public Form redirect() {
        var location = location();
        return Form.parse(location.substring(location.indexOf('?') + 1));
    }

    public JsonNode json() {
        try {
            return JSON.readTree(http.body());
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + body(), e);
        }
    }

    /// Where the link of that id leads.
    public String href(String id) {
        var link = Pattern.compile("<a id=\"" + id + "\"[^>]*href=\"([^\"]+)\"").matcher(body());
        if (!link.find()) {
            throw new AssertionError("no link " + id + " on:\n" + body());
        }
        return link.group(1).replace("&amp;", "&");
    }

    /// The value of a hidden field on the page.
    public String hidden(String name) {
        var matcher = HIDDEN.matcher(body());
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher.group(2)
                        .replace("&#34;", "\"")
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&");
            }
        }
        throw new AssertionError("no hidden field " + name + " on:\n" + body());
    }

    /// The values of the buttons and fields of that name.
    public List<String> values(String name) {
        var found = new ArrayList<String>();
        var matcher =
                Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(body());
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
