using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Runtime.Control;

/// <summary>Log lines with the scopes that were open.</summary>
internal sealed class ScopedLines : ILoggerProvider, ISupportExternalScope, ILogger
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<(string Text, Dictionary<string, object?> Scope)> All { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var scope = new Dictionary<string, object?>(StringComparer.Ordinal);
        _scopes.ForEachScope(
            (open, all) =>
            {
                foreach (var (key, value) in open as IEnumerable<KeyValuePair<string, object?>> ?? [])
                {
                    all[key] = value;
                }
            },
            scope
        );
        All.Enqueue((formatter(state, exception), scope));
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
