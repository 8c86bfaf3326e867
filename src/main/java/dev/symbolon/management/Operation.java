package dev.symbolon.management;

import dev.symbolon.oauth.Permission;
import dev.symbolon.web.Answer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One thing that can be done: where, by whom, and how.
///
/// @param path a template below `/api/v1`
/// @param shape what the body speaks of, if there is one
record Operation(
        String method,
        String path,
        Permission permission,
        String summary,
        Optional<Shape> shape,
        Function<Request, Answer> work) {

    /// What a body can hold: names and types of JSON Schema, a `[]` behind the type of a list's items.
    ///
    /// @param mediaTypes what the body is when it is no JSON
    record Shape(String name, List<String> required, List<Member> members, List<String> mediaTypes) {
        Shape(String name, List<String> required, List<Member> members) {
            this(name, required, members, List.of());
        }

        /// A body of bytes.
        static Shape bytes(String name, List<String> mediaTypes) {
            return new Shape(name, List.of(), List.of(), mediaTypes);
        }

        /// Whether the body is JSON.
        boolean isJson() {
            return mediaTypes.isEmpty();
        }
    }

    /// One member of a body.
    record Member(String name, String type) {
        static Member of(String name, String type) {
            return new Member(name, type);
        }
    }

    static Operation get(String path, Permission permission, String summary, Function<Request, Answer> work) {
        return new Operation("GET", path, permission, summary, Optional.empty(), work);
    }

    static Operation delete(String path, Permission permission, String summary, Function<Request, Answer> work) {
        return new Operation("DELETE", path, permission, summary, Optional.empty(), work);
    }

    static Operation act(String path, Permission permission, String summary, Function<Request, Answer> work) {
        return new Operation("POST", path, permission, summary, Optional.empty(), work);
    }

    /// The same with a body.
    Operation with(Shape body) {
        return new Operation(method, path, permission, summary, Optional.of(body), work);
    }

    /// The same by another method.
    Operation by(String otherMethod) {
        return new Operation(otherMethod, path, permission, summary, shape, work);
    }
}
