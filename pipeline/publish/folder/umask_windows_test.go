package folder

func setUmask(mask int) int { return mask }
