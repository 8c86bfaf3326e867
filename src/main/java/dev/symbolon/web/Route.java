package dev.symbolon.web;

import java.util.Set;

/// One line of the map: which methods a path has, what its caller is, and what answers.
public record Route(Set<String> methods, Kind kind, Endpoint endpoint) {
    /// Who calls, and so which shape an error has and which headers protect the answer.
    public enum Kind {
        /// A person in a browser: HTML, never shared with another origin, never framed.
        PAGE,
        /// A program, perhaps on a page of another origin: JSON.
        API,
        /// Anyone, from any origin, without credentials: public documents.
        PUBLIC
    }

    /// A page that is only looked at.
    public static Route page(Endpoint endpoint) {
        return new Route(Set.of("GET"), Kind.PAGE, endpoint);
    }

    /// A page with a form that comes back to it.
    public static Route form(Endpoint endpoint) {
        return new Route(Set.of("GET", "POST"), Kind.PAGE, endpoint);
    }

    /// An endpoint for programs.
    public static Route api(Set<String> methods, Endpoint endpoint) {
        return new Route(methods, Kind.API, endpoint);
    }

    /// A public document.
    public static Route document(Endpoint endpoint) {
        return new Route(Set.of("GET", "HEAD"), Kind.PUBLIC, endpoint);
    }

    /// Whether the method is one of its own. Programs may ask beforehand (CORS) where other origins may call.
    boolean takes(String method) {
        return methods.contains(method) || method.equals("OPTIONS") && kind != Kind.PAGE;
    }

    /// The value of `Allow`.
    String allow() {
        return String.join(", ", methods.stream().sorted().toList());
    }
}
