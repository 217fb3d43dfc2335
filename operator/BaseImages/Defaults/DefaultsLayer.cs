using System.Text.Json.Nodes;
using GemmaOperator.Api.Defaults;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Holds the defaults of one origin, found to be good.</summary>
/// <param name="From">Whose they are.</param>
/// <param name="Text">As they were written.</param>
/// <param name="Values">The same, in the shape of a spec; never changed.</param>
internal sealed record DefaultsLayer(DefaultsOrigin From, string Text, JsonObject Values)
{
    /// <summary>Tells whether it gives a field, or one of those that belong to it.</summary>
    public bool Gives(InheritableField field) => field.Paths.Any(p => JsonPaths.Get(Values, p) is not null);
}
