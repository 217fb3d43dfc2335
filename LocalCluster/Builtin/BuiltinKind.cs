using System.Text.Json.Nodes;
using LocalCluster.Errors;

namespace LocalCluster.Builtin;

/// <summary>Says what the API server adds to and demands of a built-in kind.</summary>
internal class BuiltinKind
{
    public static readonly BuiltinKind None = new();

    /// <summary>Says whether a changed spec raises metadata.generation, and creation starts it at 1.</summary>
    public virtual bool HasGeneration => false;

    /// <summary>Says whether changed annotations raise it, too, but for those that come with a status.</summary>
    public virtual bool CountsAnnotations => false;

    /// <summary>Fills in defaults. <paramref name="before"/> is null on creation.</summary>
    public virtual void Default(JsonObject json, JsonObject? before) { }

    public virtual IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before) => [];

    /// <summary>Returns the grace period of a delete without options, in seconds; 0 removes at once.</summary>
    public virtual int GracePeriod(JsonObject json) => 0;
}
