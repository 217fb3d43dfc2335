using System.Security.Cryptography;
using System.Text;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;

namespace GemmaOperator.Cluster.Faults;

/// <summary>Says what a reconcile that threw means for its object.</summary>
/// <param name="Reason">One of <see cref="ImageReason.Stalled"/>.</param>
/// <param name="Message">For people.</param>
/// <param name="Id">What the log has it under; null where the message says all.</param>
/// <param name="IsOfStatus">Whether it was the status that the API server refused: it can't be told there.</param>
internal sealed record Fault(string Reason, string Message, string? Id, bool IsOfStatus)
{
    /// <summary>Bounds what is repeated of an exception, in UTF-8 bytes.</summary>
    private const int MaxBytes = 300;

    private const int IdLength = 8;

    /// <summary>
    /// Reads an exception; null for one that says nothing of the object: a newer version, or an API server that is
    /// away.
    /// </summary>
    public static Fault? Of(Exception error) =>
        error switch
        {
            KubeApiException { IsRefusal: true } refused => new Fault(
                ImageReason.Stalled.ObjectRefused,
                ObjectRefusal.Of(refused, SpecFields.None).Message,
                null,
                refused.Request.Resource.EndsWith("/status", StringComparison.Ordinal)
            ),
            KubeApiException => null,
            OperationCanceledException => Internal(error, "it took too long"),
            _ => Internal(error, Words(error)),
        };

    private static Fault Internal(Exception error, string words)
    {
        var id = IdOf(error);
        return new Fault(
            ImageReason.Stalled.InternalError,
            $"The operator failed at this object: {words}. Its log has more under the id {id}; it is tried again by "
                + "itself, slower each time",
            id,
            IsOfStatus: false
        );
    }

    private static string Words(Exception error)
    {
        var line = MaskedLog.Clean($"{error.GetType().Name}: {error.Message}").ReplaceLineEndings(" ");
        return Truncation.Head(line.Trim().TrimEnd('.', ' '), MaxBytes);
    }

    /// <summary>
    /// Returns the same id for the same kind of exception from the same place, so that a condition stays as it is while
    /// the reconcile is repeated.
    /// </summary>
    private static string IdOf(Exception error)
    {
        var place = new StringBuilder();
        for (var e = error; e is not null; e = e.InnerException)
        {
            place.Append(e.GetType().FullName).Append('\n').Append(e.StackTrace).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place.ToString())))[..IdLength];
    }
}
