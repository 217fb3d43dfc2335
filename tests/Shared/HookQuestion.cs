using System.Text.Json.Nodes;

namespace Tests.Shared;

/// <summary>Reads what a webhook is asked: the request of an AdmissionReview.</summary>
internal sealed record HookQuestion(JsonObject Request)
{
    /// <summary>Gets CREATE, UPDATE or DELETE.</summary>
    public string Operation => (string)Request["operation"]!;

    public string Resource => (string)Request["resource"]!["resource"]!;

    public string Subresource => (string?)Request["subResource"] ?? "";

    /// <summary>Gets the name; empty when it is still to be generated.</summary>
    public string Name => (string?)Request["name"] ?? "";

    public bool IsDryRun => (bool?)Request["dryRun"] == true;

    public string User => (string)Request["userInfo"]!["username"]!;

    /// <summary>Gets a copy of the object that is to be stored; null for a delete.</summary>
    public JsonObject? Object => Request["object"]?.DeepClone() as JsonObject;

    /// <summary>Gets a copy of the object that is stored; null for a create.</summary>
    public JsonObject? Old => Request["oldObject"]?.DeepClone() as JsonObject;
}
