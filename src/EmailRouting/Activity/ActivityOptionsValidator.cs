using Microsoft.Extensions.Options;

namespace EmailRouting.Activity;

[OptionsValidator]
public sealed partial class ActivityOptionsValidator : IValidateOptions<ActivityOptions>;
