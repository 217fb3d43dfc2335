using GemmaOperator.Api.Defaults;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Holds one value of an effective spec that isn't the object's own.</summary>
/// <param name="Field">Its path; of an entry, with its key.</param>
/// <param name="From">Whose it is.</param>
/// <param name="Json">The value.</param>
internal sealed record InheritedValue(string Field, DefaultsOrigin From, string Json);
