package dev.symbolon.page;

import dev.symbolon.page.templates.JteaccountGenerated;
import dev.symbolon.page.templates.JteaccountaddGenerated;
import dev.symbolon.page.templates.JteaccountdeleteGenerated;
import dev.symbolon.page.templates.JteaccountemailGenerated;
import dev.symbolon.page.templates.JteaccountgoneGenerated;
import dev.symbolon.page.templates.JteaccountpasswordGenerated;
import dev.symbolon.page.templates.JteaccountprofileGenerated;
import dev.symbolon.page.templates.JteaccountsGenerated;
import dev.symbolon.page.templates.JtecodeGenerated;
import dev.symbolon.page.templates.JteconnectGenerated;
import dev.symbolon.page.templates.JteconsentGenerated;
import dev.symbolon.page.templates.JtecontinueGenerated;
import dev.symbolon.page.templates.JteerrorGenerated;
import dev.symbolon.page.templates.JteformpostGenerated;
import dev.symbolon.page.templates.JteinboxGenerated;
import dev.symbolon.page.templates.JteloggedoutGenerated;
import dev.symbolon.page.templates.JteloginGenerated;
import dev.symbolon.page.templates.JtelogoutGenerated;
import dev.symbolon.page.templates.JtemailGenerated;
import dev.symbolon.page.templates.JtemaillinkGenerated;
import dev.symbolon.page.templates.JtenewpasswordGenerated;
import dev.symbolon.page.templates.JterecoverGenerated;
import dev.symbolon.page.templates.JtesignupGenerated;
import dev.symbolon.page.templates.JtetestresultGenerated;
import gg.jte.Content;
import gg.jte.TemplateOutput;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.Utf8ByteOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns a [Page] into the bytes of an HTML document. The style sheet stands inside the document and is allowed by
/// its hash, so that a page is one request and still needs no `unsafe-inline`.
public final class Pages {
    /// What `Content-Type` says of every page.
    public static final String CONTENT_TYPE = "text/html; charset=utf-8";

    private static final byte[] STYLE = squeeze(new String(read("/static/style.css"), StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);

    private static final String BRANDED = squeeze(new String(read("/static/branding.css"), StandardCharsets.UTF_8));

    /// The style as a source expression of a Content-Security-Policy, quotes included: `'sha256-…'`.
    public static final String STYLE_HASH = "'sha256-" + Base64.getEncoder().encodeToString(sha256(STYLE)) + "'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final Map<String, Asset> ASSETS = Map.of(
            "mark.svg", new Asset("image/svg+xml", read("/static/mark.svg")),
            "form-post.js", new Asset(SCRIPT, read("/static/form-post.js")),
            "dashboard.css", new Asset("text/css; charset=utf-8", read("/static/dashboard.css")),
            "dashboard.js", new Asset(SCRIPT, read("/static/dashboard.js")),
            "htmx.js", new Asset(SCRIPT, read("/META-INF/resources/webjars/htmx.org/2.0.4/dist/htmx.min.js")));

    private static final byte[] STYLE_ELEMENT =
            ("<style>" + new String(STYLE, StandardCharsets.UTF_8) + "</style>").getBytes(StandardCharsets.UTF_8);

    private static final int INITIAL_CHUNK_BYTES = 16 * 1024;

    private Pages() {}

    /// A mail as a document of its own: what a mail program shows.
    static String mail(MailText mail) {
        var bytes = new Utf8ByteOutput(INITIAL_CHUNK_BYTES);
        JtemailGenerated.render(new Output(bytes), null, mail);
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }

    /// One mail in a list.
    ///
    /// @param href where it is shown
    /// @param from the name of who wrote it
    public record InboxLine(String href, String to, String subject, Instant at, String from) {}

    /// The mails that no mail server is there for; for whoever runs the server, so in English.
    public static byte[] inbox(List<InboxLine> mails) {
        var bytes = new Utf8ByteOutput(INITIAL_CHUNK_BYTES);
        JteinboxGenerated.render(new Output(bytes), null, mails, Texts.of("en"));
        return bytes.toByteArray();
    }

    /// A document of another room: its own template writes it, with the escaping of this one.
    public static byte[] document(Consumer<HtmlTemplateOutput> template) {
        var bytes = new Utf8ByteOutput(INITIAL_CHUNK_BYTES);
        template.accept(new Output(bytes));
        return bytes.toByteArray();
    }

    /// The whole document in UTF-8.
    ///
    /// @param brand what stands at the head and the foot of the page, and its colours
    public static byte[] render(Page page, Texts texts, Brand brand) {
        var bytes = new Utf8ByteOutput(INITIAL_CHUNK_BYTES);
        var out = new Output(bytes);
        switch (page) {
            case StepPage.Login it -> JteloginGenerated.render(out, null, it, texts, brand);
            case StepPage.SignUp it -> JtesignupGenerated.render(out, null, it, texts, brand);
            case StepPage.Code it -> JtecodeGenerated.render(out, null, it, texts, brand);
            case StepPage.Recover it -> JterecoverGenerated.render(out, null, it, texts, brand);
            case StepPage.NewPassword it -> JtenewpasswordGenerated.render(out, null, it, texts, brand);
            case StepPage.Connect it -> JteconnectGenerated.render(out, null, it, texts, brand);
            case StepPage.Consent it -> JteconsentGenerated.render(out, null, it, texts, brand);
            case StepPage.Accounts it -> JteaccountsGenerated.render(out, null, it, texts, brand);
            case AccountPage.Overview it -> JteaccountGenerated.render(out, null, it, texts, brand);
            case AccountPage.ProfileForm it -> JteaccountprofileGenerated.render(out, null, it, texts, brand);
            case AccountPage.PasswordForm it -> JteaccountpasswordGenerated.render(out, null, it, texts, brand);
            case AccountPage.EmailForm it -> JteaccountemailGenerated.render(out, null, it, texts, brand);
            case AccountPage.Add it -> JteaccountaddGenerated.render(out, null, it, texts, brand);
            case AccountPage.Delete it -> JteaccountdeleteGenerated.render(out, null, it, texts, brand);
            case AccountPage.Gone it -> JteaccountgoneGenerated.render(out, null, it, texts, brand);
            case Page.MailLink it -> JtemaillinkGenerated.render(out, null, it, texts, brand);
            case Page.TestResult it -> JtetestresultGenerated.render(out, null, it, texts, brand);
            case Page.Error it -> JteerrorGenerated.render(out, null, it, texts, brand);
            case Page.Logout it -> JtelogoutGenerated.render(out, null, it, texts, brand);
            case Page.LoggedOut it -> JteloggedoutGenerated.render(out, null, it, texts, brand);
            case Page.Continue it -> JtecontinueGenerated.render(out, null, it, texts, brand);
            case Page.FormPost it -> JteformpostGenerated.render(out, null, it, texts, brand);
        }
        return bytes.toByteArray();
    }

    /// The `Content-Security-Policy` that the page needs: nothing but its own style and mark, no frame around it.
    ///
    /// A page whose form ends at the application has no `form-action`: browsers apply it to every redirect after
    /// the post, and where the application's callback leads is not ours to know.
    public static String contentSecurityPolicy(Page page, Brand brand) {
        var base = "default-src 'none'; style-src " + brand.styleSources()
                + "; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
        if (page instanceof Page.FormPost) {
            return base + "; script-src 'self'";
        }
        var formless = page instanceof Page.Error
                || page instanceof Page.LoggedOut
                || page instanceof Page.Continue
                || page instanceof Page.TestResult;
        return formless ? base + "; form-action 'none'" : base;
    }

    /// The policy of a page that is shown to an operator in a frame of the dashboard: nothing in it works, and
    /// what is not stored yet comes with it.
    public static String previewPolicy(Brand brand) {
        return "default-src 'none'; style-src " + brand.styleSources() + "; img-src 'self' data:; form-action 'none';"
                + " base-uri 'none'; frame-ancestors 'self'; sandbox";
    }

    /// A file under `/static/`, for example `mark.svg`. The pages link to [#path], so it may be cached for ever.
    public static Optional<Asset> asset(String name) {
        return Optional.ofNullable(ASSETS.get(name));
    }

    /// The address of an asset; it changes with the content.
    public static String path(String name) {
        return "/static/" + name + "?v="
                + Objects.requireNonNull(ASSETS.get(name), name).version();
    }

    /// The style element, for the layout.
    public static Content style() {
        return out -> out.writeBinaryContent(STYLE_ELEMENT);
    }

    /// The style as it stands in every document.
    static String styleText() {
        return new String(STYLE, StandardCharsets.UTF_8);
    }

    /// What pages of a tenant with something of its own need beside it.
    static String brandedStyleText() {
        return BRANDED;
    }

    /// A style as a source expression of a Content-Security-Policy, quotes included.
    static String source(String style) {
        return "'sha256-" + Base64.getEncoder().encodeToString(sha256(style.getBytes(StandardCharsets.UTF_8))) + "'";
    }

    /// A name for some content: 32 hexadecimal digits, others for other content.
    public static String fingerprint(byte[] content) {
        return HexFormat.of().formatHex(sha256(content), 0, 16);
    }

    /// A file as it is served.
    public static final class Asset {
        private final String contentType;
        private final byte[] bytes;
        private final String version;

        private Asset(String contentType, byte[] bytes) {
            this.contentType = contentType;
            this.bytes = bytes;
            this.version = HexFormat.of().formatHex(sha256(bytes), 0, 6);
        }

        /// For the header of that name.
        public String contentType() {
            return contentType;
        }

        /// For the header of that name, quotes included.
        public String etag() {
            return '"' + version + '"';
        }

        /// The content; nobody changes it.
        public byte[] bytes() {
            return bytes;
        }

        private String version() {
            return version;
        }
    }

    /// Escapes `<` and `>` in attributes too. A quoted attribute may hold them, but nothing that a request sends
    /// shall stand in a page as it came (XS-01).
    private static final class Output extends OwaspHtmlTemplateOutput {
        private boolean plainAttribute;

        Output(TemplateOutput bytes) {
            super(bytes);
        }

        @Override
        public void setContext(String tagName, @Nullable String attributeName) {
            super.setContext(tagName, attributeName);
            plainAttribute = attributeName != null && !attributeName.startsWith("on");
        }

        @Override
        public void writeUserContent(@Nullable String text) {
            if (plainAttribute && text != null) {
                writeContent(escapeAttribute(text));
            } else {
                super.writeUserContent(text);
            }
        }

        private static String escapeAttribute(String text) {
            if (text.chars().noneMatch(c -> c == '&' || c == '<' || c == '>' || c == '"' || c == '\'')) {
                return text;
            }
            return text.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&#34;")
                    .replace("'", "&#39;");
        }
    }

    /// Comments and indentation are for us, not for the wire.
    private static String squeeze(String css) {
        return css.replaceAll("(?s)/\\*.*?\\*/", "")
                .replaceAll("\\s*\\n\\s*", "")
                .replaceAll("\\s*([{};,])\\s*", "$1")
                .replace(": ", ":")
                .replace(";}", "}");
    }

    private static byte[] read(String name) {
        try (var in = Objects.requireNonNull(Pages.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }
}
