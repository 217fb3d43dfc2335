using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Check;

/// <summary>Holds what a question led to: a value, or why there is none.</summary>
/// <param name="Value">Null where nothing is there, or it couldn't be asked.</param>
/// <param name="Problem">Why it couldn't be asked; null when it could.</param>
internal sealed record Answer<T>(T? Value, string? Problem = null)
    where T : class
{
    /// <summary>Asks; a refusal is an answer, too.</summary>
    public static async Task<Answer<T>> OfAsync(Func<Task<T?>> ask)
    {
        try
        {
            return new Answer<T>(await ask());
        }
        catch (KubeApiException e)
        {
            return new Answer<T>(null, e.Message);
        }
    }
}
