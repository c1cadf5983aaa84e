// Shows the API's document with Swagger UI.
(function () {
  "use strict";
  var place = document.getElementById("api-docs");
  window.SwaggerUIBundle({ url: place.dataset.document, domNode: place, deepLinking: true, validatorUrl: null });
})();
