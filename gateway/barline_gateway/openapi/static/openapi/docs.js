// Shows the OpenAPI document with Swagger UI. A signed-in person may try the reads as they are.
SwaggerUIBundle({
  url: "/api/schema/",
  dom_id: "#routes",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  persistAuthorization: false,
});
