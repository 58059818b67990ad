namespace EmailRouting.Server.Api;

/// <summary>What is wrong with a request that could not even be read: ends it before its handler runs.</summary>
internal sealed class BadRequestException(ApiFailure answer) : Exception(answer.Errors[0].Message)
{
    public ApiFailure Answer => answer;
}
