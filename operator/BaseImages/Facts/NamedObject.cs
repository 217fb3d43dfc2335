using GemmaOperator.Api.Builds;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Names an object that a spec needs to be there.</summary>
/// <param name="Field">Field that names it.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
internal sealed record NamedObject(string Field, string Kind, string Name)
{
    /// <summary>Tells whether a status speaks of this one.</summary>
    public bool IsIn(MissingObject? missing) =>
        missing is not null && missing.Field == Field && missing.Kind == Kind && missing.Name == Name;
}
