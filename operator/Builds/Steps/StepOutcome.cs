namespace GemmaOperator.Builds.Steps;

/// <summary>Holds what carrying out a step led to: its own result, or an obstacle.</summary>
internal sealed class StepOutcome<TResult>
    where TResult : notnull
{
    private readonly TResult? _result;

    private StepOutcome(TResult? result, StepObstacle? obstacle) => (_result, Obstacle) = (result, obstacle);

    /// <summary>Gets what is in the way; null when it is done.</summary>
    public StepObstacle? Obstacle { get; }

    /// <summary>Gets the result.</summary>
    /// <exception cref="InvalidOperationException">An obstacle was in the way.</exception>
    public TResult Result =>
        Obstacle is null ? _result! : throw new InvalidOperationException("an obstacle has no result");

    public static implicit operator StepOutcome<TResult>(TResult result) => new(result, null);

    public static implicit operator StepOutcome<TResult>(StepObstacle obstacle) => new(default, obstacle);
}
