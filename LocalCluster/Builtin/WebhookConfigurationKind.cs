using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>
/// Defaults and checks webhook configurations of both kinds (pkg/apis/admissionregistration/validation).
/// </summary>
internal sealed class WebhookConfigurationKind(bool isMutating) : BuiltinKind
{
    private static readonly string[] Effects = ["\"None\"", "\"NoneOnDryRun\""];

    public override bool HasGeneration => true;

    public override void Default(JsonObject json, JsonObject? before)
    {
        foreach (var webhook in Webhooks(json))
        {
            webhook.Fill("failurePolicy", "Fail");
            webhook.Fill("matchPolicy", "Equivalent");
            webhook.Fill("namespaceSelector", new JsonObject());
            webhook.Fill("objectSelector", new JsonObject());
            webhook.Fill("timeoutSeconds", 10);
            if (isMutating)
            {
                webhook.Fill("reinvocationPolicy", "Never");
            }

            foreach (var rule in (webhook.Array("rules") ?? []).OfType<JsonObject>())
            {
                rule.Fill("scope", "*");
            }

            webhook.Object("clientConfig").Object("service")?.Fill("port", 443);
        }
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before) =>
        Webhooks(json).SelectMany((webhook, index) => Validate(webhook, $"webhooks[{index}]"));

    private static IEnumerable<FieldError> Validate(JsonObject webhook, string at)
    {
        var name = webhook.Text("name") ?? "";
        if (name.Split('.', StringSplitOptions.RemoveEmptyEntries).Length < 3)
        {
            yield return FieldError.Invalid(
                $"{at}.name",
                JsonValue.Create(name).Write(),
                "should be a domain with at least three segments separated by dots"
            );
        }

        if (webhook.Array("admissionReviewVersions") is not { Count: > 0 })
        {
            yield return FieldError.Required($"{at}.admissionReviewVersions", "must specify one of v1, v1beta1");
        }

        if (webhook["sideEffects"] is null)
        {
            yield return FieldError.Required($"{at}.sideEffects", $"must specify one of {string.Join(", ", Effects)}");
        }
        else if (!Effects.Contains(webhook["sideEffects"].Write(), StringComparer.Ordinal))
        {
            yield return FieldError.Unsupported($"{at}.sideEffects", webhook["sideEffects"].Write(), Effects);
        }

        if (webhook["timeoutSeconds"].Number() is not (>= 1 and <= 30))
        {
            yield return FieldError.Invalid(
                $"{at}.timeoutSeconds",
                webhook["timeoutSeconds"].Write(),
                "the timeout value must be between 1 and 30 seconds"
            );
        }

        foreach (var problem in OfClient(webhook.Object("clientConfig"), $"{at}.clientConfig"))
        {
            yield return problem;
        }

        foreach (var problem in AdmissionExpressions.OfConditions(webhook, at))
        {
            yield return problem;
        }
    }

    private static IEnumerable<FieldError> OfClient(JsonObject? config, string at)
    {
        var url = config.Text("url");
        if (url is null == (config.Object("service") is null))
        {
            yield return FieldError.Required(at, "exactly one of url or service is required");
        }
        else if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "https"))
        {
            yield return FieldError.Invalid(
                $"{at}.url",
                JsonValue.Create(url.Split(':')[0]).Write(),
                "'https' is the only allowed URL scheme; desired format: https://host[:port]/path"
            );
        }
    }

    private static IEnumerable<JsonObject> Webhooks(JsonObject json) =>
        (json.Array("webhooks") ?? []).OfType<JsonObject>();
}
