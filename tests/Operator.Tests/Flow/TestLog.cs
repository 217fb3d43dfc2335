using Microsoft.Extensions.Logging;

namespace Operator.Tests.Flow;

/// <summary>The operator's warnings and errors in the test's output.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    public static ILoggerFactory Factory() =>
        LoggerFactory.Create(l => l.AddProvider(new TestLog()).SetMinimumLevel(LogLevel.Warning));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => TestContext.Out.WriteLine($"{logLevel} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
        // Nothing is held.
    }
}
