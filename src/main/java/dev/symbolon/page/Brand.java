package dev.symbolon.page;

import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Branding.Logo;
import dev.symbolon.oauth.Branding.Words;
import dev.symbolon.web.Host;
import gg.jte.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What is a tenant's own on a page: what stands at its head and its foot, and its colours.
///
/// @param name empty when the tenant is not known
/// @param logo where the picture is, instead of the mark of the house
/// @param language whose links stand at the foot where the person's language has none
/// @param scheme light or dark, whatever the person's browser prefers; for a preview
public record Brand(String name, Branding branding, Optional<String> logo, String language, Optional<Scheme> scheme) {
    private static final String LIGHT = "@media (prefers-color-scheme:light){";
    private static final String DARK = "@media (prefers-color-scheme:dark){";

    /// How a page is lit.
    public enum Scheme {
        LIGHT,
        DARK;

        /// The word in style sheets and addresses.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What can stand at the foot of a page.
    public enum Foot {
        TERMS,
        PRIVACY,
        SUPPORT;

        private Optional<String> where(Words words) {
            return switch (this) {
                case TERMS -> words.terms();
                case PRIVACY -> words.privacy();
                case SUPPORT -> words.support();
            };
        }

        /// The key of its message.
        public String key() {
            return "foot." + name().toLowerCase(Locale.ROOT);
        }
    }

    /// A link at the foot of a page.
    public record Link(Foot foot, String href) {}

    /// What a tenant shows.
    public static Brand of(Host host) {
        return new Brand(
                host.name(),
                host.branding(),
                host.branding().logo().map(Brand::path),
                host.language(),
                Optional.empty());
    }

    /// A name and nothing else.
    public static Brand named(String name) {
        return new Brand(name, Branding.NONE, Optional.empty(), "en", Optional.empty());
    }

    /// Where a logo is; another one is elsewhere, so it may be kept for ever.
    public static String path(Logo logo) {
        return "/branding/" + logo.hash();
    }

    /// Whether there is no name to show.
    public boolean isBlank() {
        return name.isBlank();
    }

    /// What the tenant says in the page's language.
    public Words words(Texts texts) {
        return branding.in(texts.language());
    }

    /// What stands at the foot.
    public List<Link> links(Texts texts) {
        var links = new ArrayList<Link>();
        for (var foot : Foot.values()) {
            // Terms in another language are better than none.
            foot.where(words(texts))
                    .or(() -> foot.where(branding.in(language)))
                    .ifPresent(href -> links.add(new Link(foot, href)));
        }
        return links;
    }

    /// The elements with the style of the page, for its head.
    public Content style() {
        if (isPlain()) {
            return Pages.style();
        }
        return out -> {
            for (var style : styles()) {
                out.writeContent("<style>" + style + "</style>");
            }
        };
    }

    /// The same as source expressions of a Content-Security-Policy.
    String styleSources() {
        return isPlain()
                ? Pages.STYLE_HASH
                : String.join(" ", styles().stream().map(Pages::source).toList());
    }

    private boolean isPlain() {
        return branding.equals(Branding.NONE) && scheme.isEmpty();
    }

    private List<String> styles() {
        return Stream.of(Pages.styleText(), Pages.brandedStyleText() + accents())
                .map(this::lit)
                .toList();
    }

    // Colours are six digits each, so nothing else can be said here.
    private String accents() {
        var light = branding.accentLight().map(colour -> LIGHT + ":root{--accent:" + colour + "}}");
        var dark = branding.accentDark().map(colour -> DARK + ":root{--accent:" + colour + "}}");
        return light.orElse("") + dark.orElse("");
    }

    private String lit(String style) {
        return scheme.map(one -> style.replace(DARK, one == Scheme.DARK ? "@media all{" : "@media not all{")
                        .replace(LIGHT, one == Scheme.LIGHT ? "@media all{" : "@media not all{")
                        .replace("color-scheme:light dark", "color-scheme:" + one.word()))
                .orElse(style);
    }

    /// The value of the `color-scheme` of the document.
    public String colourScheme() {
        return scheme.map(Scheme::word).orElse("light dark");
    }
}
