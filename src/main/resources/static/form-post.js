// The prototype's method, because a field named "submit" would hide the form's own.
HTMLFormElement.prototype.submit.call(document.getElementById("answer"));
