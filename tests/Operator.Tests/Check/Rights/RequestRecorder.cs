using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Net;
using GemmaOperator.Check;

namespace Operator.Tests.Check.Rights;

/// <summary>
/// Hears of every request that an operator in this process sends to whichever API server, and remembers it with the
/// test during which it was sent. .NET tells it: no test, and no part of the operator, has to be made ready for it.
/// </summary>
internal sealed class RequestRecorder : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Listener = "HttpHandlerDiagnosticListener";
    private const string Request = "System.Net.Http.Request";
    private const string Response = "System.Net.Http.Response";

    /// <summary>Names the operator and its dashboard; tests, tools and nodes call themselves otherwise.</summary>
    private static readonly FrozenSet<string> Agents = FrozenSet.Create(
        StringComparer.Ordinal,
        CheckRequest.OperatorName,
        $"{CheckRequest.OperatorName}-dashboard"
    );

    private static readonly FrozenSet<string> GrantedNames = GrantedRights
        .All.Select(g => g.Name)
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly Lazy<RequestRecorder> Only = new(() =>
    {
        var recorder = new RequestRecorder();
        DiagnosticListener.AllListeners.Subscribe(recorder);
        return recorder;
    });

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<RequestedRight, bool>> _byTest = new(
        StringComparer.Ordinal
    );

    /// <summary>
    /// Knows by its address which test a server is at work for, where a request doesn't flow from one.
    /// </summary>
    private readonly ConcurrentDictionary<string, string> _testOf = new(StringComparer.Ordinal);

    private RequestRecorder() { }

    /// <summary>Gets the recorder of this process; it begins when it is first asked for.</summary>
    public static RequestRecorder Current => Only.Value;

    /// <summary>Returns what was sent during a test.</summary>
    /// <param name="test">The test's id.</param>
    public IReadOnlyCollection<RequestedRight> Of(string test) =>
        _byTest.TryGetValue(test, out var sent) ? [.. sent.Keys] : [];

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == Listener)
        {
            value.Subscribe(this, name => name is Request or Response);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == Request && Read<HttpRequestMessage>(value.Value, "Request") is { } request)
        {
            Note(request, right => right);
        }
        else if (
            Read<HttpResponseMessage>(value.Value, "Response") is
            { StatusCode: HttpStatusCode.Created, RequestMessage: { } applied }
        )
        {
            Note(applied, right => right.ToCreate());
        }
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    private void Note(HttpRequestMessage request, Func<RequestedRight, RequestedRight> needed)
    {
        if (!Agents.Contains(request.Headers.UserAgent.ToString()) || RequestedRight.Of(request) is not { } right)
        {
            return;
        }

        var server = request.RequestUri!.Authority;
        var id = CurrentTest() is { } test ? _testOf[server] = test : _testOf.GetValueOrDefault(server, "");
        _byTest.GetOrAdd(id, _ => new ConcurrentDictionary<RequestedRight, bool>())[Known(needed(right))] = true;
    }

    /// <summary>Returns null outside of tests, where NUnit has one of its own.</summary>
    private static string? CurrentTest() =>
        TestContext.CurrentContext.Test is { ClassName: { } type, ID: { } id }
        && !type.StartsWith("NUnit.", StringComparison.Ordinal)
            ? id
            : null;

    /// <summary>Keeps a name only where it is of consequence, or there would be as many as objects.</summary>
    private static RequestedRight Known(RequestedRight right) =>
        GrantedNames.Contains(right.Name) ? right : right with { Name = "" };

    private static T? Read<T>(object? told, string property)
        where T : class => told?.GetType().GetProperty(property)?.GetValue(told) as T;
}
